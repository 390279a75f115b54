import { useMemo } from 'react';
import type { ToolPart } from '#features/runs/conversation.ts';
import { ReadableInput } from '#features/tools/client/readable-input.tsx';
import { lastLines, summarise, textField } from '#features/tools/client/tool-call.ts';
import { Breakable } from '#ui/primitives/breakable.tsx';
import { readPartialJson } from './partial-json.ts';
import { useRunContext } from './run-context.ts';
import { useThrottled } from './throttled.ts';

export function ToolInput({ part: { tool, input, inputText, result } }: { part: ToolPart }) {
  const { onOpenFile } = useRunContext();
  return <ReadableInput tool={tool} input={input ?? inputText} hasOutput={result !== undefined} onOpenFile={onOpenFile} />;
}

const LIVE_LINES = 12;
const READ_MS = 100;
/** Fields of a tool's input that may be long. */
const longFields = ['content', 'new', 'command', 'text'];

/** A tool's input while the model writes it. */
export function LiveInput({ part }: { part: ToolPart }) {
  const text = useThrottled(part.inputText ?? '', READ_MS);
  const input = useMemo(() => readPartialJson(text), [text]);
  const long = longFields.map((key) => textField(input, key)).find((value) => value !== undefined);
  const subject = summarise(input);
  if (subject === '' && long === undefined) return null;
  return (
    <div className="tool-live">
      <p className="truncate">{subject}</p>
      {long !== undefined && long !== subject && (
        <pre>
          <Breakable text={lastLines(long, LIVE_LINES)} />
        </pre>
      )}
    </div>
  );
}
