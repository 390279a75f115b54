import { useState } from 'react';
import type { ToolPart } from '#features/runs/conversation.ts';
import { Button } from '#ui/button.tsx';
import { CopyButton } from '#ui/copy-button.tsx';
import { sayNumber } from '#ui/figure.ts';
import { Failure } from '#ui/note.tsx';
import { useOutput } from './queries.ts';
import { useRunContext } from './run-context.ts';
import { textField } from './tool-call.ts';

type Result = NonNullable<ToolPart['result']>;

export function ToolOutput({ part, result }: { part: ToolPart; result: Result }) {
  const command = part.tool === 'bash' ? textField(part.input, 'command') : undefined;
  return (
    <div className={command === undefined ? 'tool-output' : 'tool-output tool-terminal'}>
      {command === undefined ? (
        <p className="tool-part">{result.ok ? 'Output' : 'What went wrong'}</p>
      ) : (
        <pre className="tool-command">{command}</pre>
      )}
      <LongText label="Output" text={result.output || 'Nothing.'} />
      {result.whole && <RestOfOutput outputId={result.whole.id} from={result.output.length} characters={result.whole.characters} />}
    </div>
  );
}

const FIRST_LINES = 24;
const FIRST_CHARACTERS = 4_000;

/** The beginning of a text, and all of it on demand: nothing scrolls within what scrolls. */
export function LongText({ label, text }: { label: string; text: string }) {
  const [whole, setWhole] = useState(false);
  const beginning = beginningOf(text);
  const isCut = beginning.length < text.length;
  return (
    <div className="tool-text">
      <pre>{whole ? text : beginning}</pre>
      <CopyButton label={`Copy ${label.toLowerCase()}`} text={() => text} />
      {isCut && (
        <Button kind="quiet" size="small" aria-expanded={whole} onClick={() => setWhole(!whole)}>
          {whole ? 'Show less' : `Show all ${sayNumber(text.length)} characters`}
        </Button>
      )}
    </div>
  );
}

function beginningOf(text: string): string {
  let end = -1;
  for (let line = 0; line < FIRST_LINES; line++) {
    end = text.indexOf('\n', end + 1);
    if (end < 0) break;
  }
  return text.slice(0, Math.min(end < 0 ? text.length : end, FIRST_CHARACTERS));
}

/** What the log does not hold of a long result is read from its store, range by range. */
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
          {page.text}
        </pre>
      ))}
      <Failure error={rest.error} onRetry={() => void rest.refetch()} />
      {read < characters && (
        <Button kind="quiet" size="small" busy={rest.isFetching} onClick={() => (wanted ? void rest.fetchNextPage() : setWanted(true))}>
          Show more ({sayNumber(read)} of {sayNumber(characters)} characters)
        </Button>
      )}
    </>
  );
}
