import type { Change, FileDiff } from '#features/files/contract.ts';
import { singleFileOf } from '#features/files/single-file.ts';
import { call } from '#ui/app/call.ts';
import { formatNumber } from '#ui/format/figure.ts';
import { Button } from '#ui/primitives/button.tsx';
import { Failure } from '#ui/primitives/note.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { DiffList } from './diff-list.tsx';
import type { useChange } from './queries.ts';
import { isWithin } from './text.ts';
import { texts } from './texts.ts';

interface ChangedFilesProps {
  projectId: string;
  change: Change;
  /** The file or folder whose history is shown; listed first. */
  path: string | undefined;
  shown: ReturnType<typeof useChange>;
  onBeside?: (file: FileDiff) => void;
}

/** The diffs of a change, file by file. */
export function ChangedFiles({ projectId, change, path, shown, onBeside }: ChangedFilesProps) {
  const { data, error, isPending, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = shown;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable element must be reachable by keyboard
    <section className="changed-files" aria-label={texts.diffs.label} tabIndex={0}>
      {isPending && <Waiting what={texts.diffs.comparing} />}
      <Failure error={error} onRetry={() => void refetch()} />
      <DiffList
        files={data?.files ?? []}
        first={path === undefined ? undefined : (each) => isWithin(each, path)}
        alone={(file) => singleFileOf(call, projectId, change, file)}
        onBeside={onBeside}
      />
      {hasNextPage && (
        <p className="muted">
          {texts.diffs.more(formatNumber(change.pathCount))}{' '}
          <Button size="small" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {texts.diffs.showMore}
          </Button>
        </p>
      )}
    </section>
  );
}
