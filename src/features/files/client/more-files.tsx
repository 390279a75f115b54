import { type ReactNode, useState } from 'react';
import { Button } from '#ui/primitives/button.tsx';
import { Failure } from '#ui/primitives/note.tsx';
import type { ShownDiff } from './file-diffs.tsx';
import { texts } from './texts.ts';

interface MoreFilesProps<F extends ShownDiff> {
  /** How many are already shown. */
  from: number;
  /** Loads the next ones. */
  load: (from: number) => Promise<{ files: F[]; more: boolean }>;
  show: (file: F) => ReactNode;
  /** Says that more files exist. */
  children: ReactNode;
}

/** The remaining files of a large change, loaded a hundred at a time. */
export function MoreFiles<F extends ShownDiff>({ from, load, show, children }: MoreFilesProps<F>) {
  const [{ files, more }, setFound] = useState<{ files: F[]; more: boolean }>({ files: [], more: true });
  const [state, setState] = useState<{ busy?: boolean; error?: unknown }>({});
  const loadMore = () => {
    setState({ busy: true });
    load(from + files.length).then(
      (next) => {
        setFound({ files: [...files, ...next.files], more: next.more });
        setState({});
      },
      (error: unknown) => setState({ error }),
    );
  };
  return (
    <>
      {files.map(show)}
      <Failure error={state.error} onRetry={loadMore} />
      {more && (
        <p className="muted">
          {children}{' '}
          <Button size="small" busy={state.busy ?? false} onClick={loadMore}>
            {texts.diffs.showMore}
          </Button>
        </p>
      )}
    </>
  );
}
