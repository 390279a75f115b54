import { useMemo, useState } from 'react';
import type { ToolPart } from '#features/runs/conversation.ts';
import { Button } from '#ui/button.tsx';
import { DiffView } from '#ui/diff-view.tsx';
import { readPartialJson } from './partial-json.ts';
import { useRunContext } from './run-context.ts';
import { useThrottled } from './throttled.ts';
import { fieldsOf, lastLines, summarise, textField } from './tool-call.ts';
import { LongText } from './tool-output.tsx';

/** What a tool was given, as a person would write it down; as JSON on demand. */
export function ToolInput({ part }: { part: ToolPart }) {
  const [raw, setRaw] = useState(false);
  const input = part.input ?? part.inputText;
  return (
    <div className="tool-input">
      {raw ? <LongText label="Input" text={toJson(input)} /> : <ReadableInput part={part} />}
      <Button kind="quiet" size="small" aria-pressed={raw} onClick={() => setRaw(!raw)}>
        Raw input
      </Button>
    </div>
  );
}

const toJson = (input: unknown): string => (typeof input === 'string' ? input : (JSON.stringify(input, null, 2) ?? ''));

function ReadableInput({ part: { tool, input, inputText, result } }: { part: ToolPart }) {
  const { onOpenFile } = useRunContext();
  const fields = fieldsOf(input);
  // Then its command stands above its output, as in a terminal.
  if (tool === 'bash' && result && textField(input, 'command') !== undefined) return null;
  if (input === undefined || (fields.length === 0 && typeof input !== 'object')) {
    return <LongText label="Input" text={toJson(input ?? inputText ?? '')} />;
  }
  const [old, now] = [textField(input, 'old'), textField(input, 'new')];
  const isEdit = tool === 'edit_file' && old !== undefined && now !== undefined;
  const shown = isEdit ? fields.filter(([key]) => key !== 'old' && key !== 'new') : sortFields(fields);
  if (shown.length === 0 && !isEdit) return <p className="muted">No input.</p>;
  return (
    <>
      <dl className="tool-fields">
        {shown.map(([key, value]) => (
          <div key={key}>
            <dt>{key}</dt>
            <dd>
              {key === 'path' && typeof value === 'string' ? (
                <button type="button" className="link" onClick={() => onOpenFile(value)}>
                  {value}
                </button>
              ) : (
                <FieldValue name={key} value={value} />
              )}
            </dd>
          </div>
        ))}
      </dl>
      {isEdit && <DiffView diff={replacement(old, now)} />}
    </>
  );
}

/** The database keeps fields by length of their names; people look for what it is about first. */
const sortFields = (fields: [string, unknown][]) => fields.toSorted(([a], [b]) => rank(a) - rank(b));
const rank = (key: string): number => Number(!['path', 'from', 'url', 'command'].includes(key));

function FieldValue({ name, value }: { name: string; value: unknown }) {
  const text = typeof value === 'string' ? value : toJson(value);
  return text.length > 120 || text.includes('\n') ? <LongText label={name} text={text} /> : <code>{text}</code>;
}

/** What is replaced, as a diff: where in the file it stands, the input does not say. */
function replacement(old: string, now: string): string {
  const [before, after] = [old.split('\n'), now.split('\n')];
  const lines = [...before.map((line) => `-${line}`), ...after.map((line) => `+${line}`)];
  return [`@@ -1,${before.length} +1,${after.length} @@`, ...lines].join('\n');
}

const LIVE_LINES = 12;
const READ_MS = 100;
/** Of a tool's input, what is written at length. */
const longFields = ['content', 'new', 'command', 'text'];

/** The input while the model writes it. */
export function LiveInput({ part }: { part: ToolPart }) {
  const text = useThrottled(part.inputText ?? '', READ_MS);
  const input = useMemo(() => readPartialJson(text), [text]);
  const long = longFields.map((key) => textField(input, key)).find((value) => value !== undefined);
  const subject = summarise(input);
  if (subject === '' && long === undefined) return null;
  return (
    <div className="tool-live">
      <p className="truncate">{subject}</p>
      {long !== undefined && long !== subject && <pre>{lastLines(long, LIVE_LINES)}</pre>}
    </div>
  );
}
