import type { Change, FileDiff } from '#features/files/contract.ts';
import { singleFileOf } from '#features/files/single-file.ts';
import { call } from '#ui/app/call.ts';
import { formatNumber } from '#ui/format/figure.ts';
import { Button } from '#ui/primitives/button.tsx';
import { DiffView } from '#ui/primitives/diff-view.tsx';
import { Failure } from '#ui/primitives/note.tsx';
import { type SingleFile, SingleFileDiff } from '#ui/primitives/single-file-diff.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { markPath } from '#wire/hidden-characters.ts';
import type { useChange } from './queries.ts';
import './changed-files.css';

interface ChangedFilesProps {
  projectId: string;
  change: Change;
  /** The file whose history is shown; listed first. */
  path: string;
  shown: ReturnType<typeof useChange>;
}

/** The diffs of a change, file by file. */
export function ChangedFiles({ projectId, change, path, shown }: ChangedFilesProps) {
  const { data, error, isPending, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = shown;
  const files = pairMoves(data?.files ?? []).toSorted((a, b) => Number(b.path === path) - Number(a.path === path));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable element must be reachable by keyboard
    <section className="changed-files" aria-label="What changed" tabIndex={0}>
      {isPending && <Waiting what="Comparing" />}
      <Failure error={error} onRetry={() => void refetch()} />
      {files.map((file) => (
        <ChangedFile key={file.path} file={file} alone={singleFileOf(call, projectId, change, file)} />
      ))}
      {hasNextPage && (
        <p className="muted">
          More files were changed with these; {formatNumber(change.pathCount)} in all.{' '}
          <Button size="small" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            Show more files
          </Button>
        </p>
      )}
    </section>
  );
}

/** A moved file has two paths: it is shown once, and its lines did not change. */
interface ShownFile extends FileDiff {
  movedFrom?: string | undefined;
}

function pairMoves(files: readonly FileDiff[]): ShownFile[] {
  const gone = new Map(files.flatMap(({ kind, before, path }) => (kind === 'deleted' && before !== null ? [[before, path]] : [])));
  const shown = files.map((file): ShownFile => {
    const movedFrom = file.kind === 'created' && file.after !== null ? gone.get(file.after) : undefined;
    if (file.after !== null && movedFrom) gone.delete(file.after);
    return { ...file, movedFrom };
  });
  const sources = new Set(shown.map(({ movedFrom }) => movedFrom));
  return shown.filter(({ path }) => !sources.has(path));
}

function ChangedFile({ file, alone }: { file: ShownFile; alone: SingleFile }) {
  const { path, kind, diff, reason, added, removed, movedFrom } = file;
  const title = markPath(path);
  return (
    <article className="changed-file" aria-label={title}>
      <header>
        <h2 className="truncate" title={title}>
          {title}
        </h2>
        <span className="muted">{movedFrom ? 'moved' : kind}</span>
        <span
          className="numeric"
          hidden={movedFrom !== undefined}
          title={`${formatNumber(added)} lines added, ${formatNumber(removed)} removed`}
        >
          +{formatNumber(added)} −{formatNumber(removed)}
        </span>
      </header>
      {movedFrom ? (
        <p className="diff-empty">Moved from {markPath(movedFrom)}; its content is the same.</p>
      ) : diff === null ? (
        <SingleFileDiff reason={reason ?? 'too_large'} file={alone} />
      ) : (
        <DiffView diff={diff} />
      )}
    </article>
  );
}
