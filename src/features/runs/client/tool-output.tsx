import { useState } from 'react';
import type { ToolPart } from '#features/runs/conversation.ts';
import { textField } from '#features/tools/client/tool-call.ts';
import { Button } from '#ui/primitives/button.tsx';
import { LongText } from '#ui/primitives/long-text.tsx';
import { Failure } from '#ui/primitives/note.tsx';
import { TextParts } from '#ui/primitives/plain-text.tsx';
import { useOutput } from './queries.ts';
import { useRunContext } from './run-context.ts';
import { texts } from './texts/conversation.ts';

const words = texts.tool;

type Result = NonNullable<ToolPart['result']>;

export function ToolOutput({ part, result }: { part: ToolPart; result: Result }) {
  const command = part.tool === 'bash' ? textField(part.input, 'command') : undefined;
  return (
    <div className={command === undefined ? 'tool-output' : 'tool-output tool-terminal'}>
      {command === undefined ? (
        <p className="tool-part">{result.ok ? words.output : words.failure}</p>
      ) : (
        <pre className="tool-command">
          <TextParts text={command} />
        </pre>
      )}
      <LongText label={words.output} text={result.output || words.noOutput} />
      {result.whole && <RestOfOutput outputId={result.whole.id} from={result.output.length} characters={result.whole.characters} />}
    </div>
  );
}

/** The part of a long result beyond the log is read from its table, range by range. */
function RestOfOutput({ outputId, from, characters }: { outputId: string; from: number; characters: number }) {
  const { runId } = useRunContext();
  const [wanted, setWanted] = useState(false);
  const rest = useOutput(runId, outputId, from, wanted);
  const pages = rest.data?.pages ?? [];
  const read = pages.at(-1)?.end ?? from;
  return (
    <>
      {pages.map((page) => (
        <pre key={page.end} className="tool-range">
          <TextParts text={page.text} />
        </pre>
      ))}
      <Failure error={rest.error} onRetry={() => void rest.refetch()} />
      {read < characters && (
        <Button kind="quiet" size="small" busy={rest.isFetching} onClick={() => (wanted ? void rest.fetchNextPage() : setWanted(true))}>
          {words.showMore(read, characters)}
        </Button>
      )}
    </>
  );
}
