import type { FileDiff } from '#features/files/contract.ts';
import { DiffView } from '#ui/diff-view.tsx';
import { sayNumber } from '#ui/figure.ts';
import { Failure } from '#ui/note.tsx';
import { Waiting } from '#ui/waiting.tsx';
import { markPath } from '#wire/hidden-characters.ts';
import type { useChange } from './queries.ts';
import './changed-files.css';

interface ChangedFilesProps {
  /** The file that the history is of; it comes first. */
  path: string;
  change: ReturnType<typeof useChange>;
}

/** What a change did, file by file. */
export function ChangedFiles({ path, change: { data, error, isPending, refetch } }: ChangedFilesProps) {
  const files = pairMoves(data?.files ?? []).toSorted((a, b) => Number(b.path === path) - Number(a.path === path));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className="changed-files" aria-label="What changed" tabIndex={0}>
      {isPending && <Waiting what="Comparing" />}
      <Failure error={error} onRetry={() => void refetch()} />
      {files.map((file) => (
        <ChangedFile key={file.path} file={file} />
      ))}
      {data?.more && <p className="muted">More files were changed with these; {sayNumber(data.change.pathCount)} in all.</p>}
    </section>
  );
}

/** A file that was moved stands at two paths: once is enough, and its lines did not change. */
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

const reasons = { binary: 'This is not text, so there are no lines to compare.', too_large: 'This is too large to compare line by line.' };

function ChangedFile({ file: { path, kind, diff, reason, added, removed, movedFrom } }: { file: ShownFile }) {
  const title = markPath(path);
  return (
    <article className="changed-file" aria-label={title}>
      <header>
        <h2 className="truncate" title={title}>
          {title}
        </h2>
        <span className="muted">{movedFrom ? 'moved' : kind}</span>
        <span className="numeric" hidden={movedFrom !== undefined} title={`${sayNumber(added)} lines added, ${sayNumber(removed)} removed`}>
          +{sayNumber(added)} −{sayNumber(removed)}
        </span>
      </header>
      {movedFrom ? (
        <p className="diff-empty">Moved from {markPath(movedFrom)}; its content is the same.</p>
      ) : diff === null ? (
        <p className="diff-empty">{reasons[reason ?? 'too_large']}</p>
      ) : (
        <DiffView diff={diff} />
      )}
    </article>
  );
}
