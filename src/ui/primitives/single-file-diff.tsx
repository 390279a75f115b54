import { useState } from 'react';
import { texts } from '../texts/content.ts';
import { Button } from './button.tsx';
import { DiffView } from './diff-view.tsx';
import { Failure } from './note.tsx';
import './single-file-diff.css';

/** How to read a file that is not shown with the others. */
export interface SingleFile {
  /** Its diff on its own; null if it is too large even for that. */
  load: () => Promise<string | null>;
  /** URLs of its content before and after; undefined if there was no file. */
  before?: string | undefined;
  after?: string | undefined;
}

interface SingleFileDiffProps {
  reason: 'binary' | 'too_large';
  file: SingleFile | undefined;
}

const words = texts.diff;

/** A file that is not compared line by line here: its diff can be loaded on its own, and each version can be read whole. */
export function SingleFileDiff({ reason, file }: SingleFileDiffProps) {
  const [state, setState] = useState<{ diff?: string | null; error?: unknown; busy?: boolean }>({});
  const { diff, error, busy = false } = state;
  if (diff) return <DiffView diff={diff} />;
  const load = () => {
    setState({ busy: true });
    file?.load().then(
      (found) => setState({ diff: found }),
      (failure: unknown) => setState({ error: failure }),
    );
  };
  return (
    <div className="single-file-diff">
      <p>{diff === null ? words.tooLargeAlone : words[reason]}</p>
      <Failure error={error} onRetry={load} />
      {file && (
        <p className="single-file-diff-actions">
          {reason === 'too_large' && diff !== null && error === undefined && (
            <Button size="small" busy={busy} onClick={load}>
              {words.compare}
            </Button>
          )}
          {file.before && (
            <a href={file.before} download>
              {words.before}
            </a>
          )}
          {file.after && (
            <a href={file.after} download>
              {words.after}
            </a>
          )}
        </p>
      )}
    </div>
  );
}
