import type { BlameLine } from '#features/files/history-contract.ts';
import { Time } from '#ui/format/time.tsx';
import { Button } from '#ui/primitives/button.tsx';
import { Author } from '../author.tsx';
import { texts } from '../history/texts.ts';

const words = texts.blame;

interface BlameBarProps {
  loading: boolean;
  failed: boolean;
  /** Not all lines could be followed to their origin in time. */
  partial: boolean;
  line: number;
  /** Undefined for a line that was typed and is not saved. */
  author: BlameLine | undefined;
  onShowChange: (author: BlameLine) => void;
  onRun: (run: string) => void;
}

/** Who wrote the line that the cursor is in: the same as the gutter says, for the keyboard and for screen readers. */
export function BlameBar({ loading, failed, partial, line, author, onShowChange, onRun }: BlameBarProps) {
  if (loading || failed) return <p className="blame-bar">{loading ? words.loading : words.failed}</p>;
  return (
    <div className="blame-bar">
      <output>
        <span className="numeric">{words.line(line)}</span>
        {author ? (
          <>
            <Author kind={author.by.kind} name={author.by.name} />
            <Time at={author.at} />
          </>
        ) : (
          <span>{words.unsaved}</span>
        )}
      </output>
      {partial && <span className="muted">{words.older}</span>}
      {author && (
        <>
          <Button size="small" kind="quiet" onClick={() => onShowChange(author)}>
            {words.showChange}
          </Button>
          {author.run !== null && (
            <Button size="small" kind="quiet" icon="agent" onClick={() => onRun(author.run ?? '')}>
              {words.openRun}
            </Button>
          )}
        </>
      )}
    </div>
  );
}
