import type { FileDiff } from '#features/files/contract.ts';
import { formatNumber } from '#ui/format/figure.ts';
import { IconButton } from '#ui/primitives/button.tsx';
import { DiffView } from '#ui/primitives/diff-view.tsx';
import { type SingleFile, SingleFileDiff } from '#ui/primitives/single-file-diff.tsx';
import { markPath } from '#wire/hidden-characters.ts';
import { texts } from './texts.ts';
import './diff-list.css';

interface DiffListProps {
  files: readonly FileDiff[];
  /** Shown before the others. */
  first?: ((path: string) => boolean) | undefined;
  /** How to load a file that is not shown with the others. */
  alone: (file: FileDiff) => SingleFile;
  /** Shows a file’s versions beside each other. */
  onBeside?: ((file: FileDiff) => void) | undefined;
}

/** What a change, or the way from one state to another, did to each file. */
export function DiffList({ files, first, alone, onBeside }: DiffListProps) {
  const shown = pairMoves(files).toSorted((a, b) => Number(first?.(b.path) ?? false) - Number(first?.(a.path) ?? false));
  return shown.map((file) => (
    <DiffedFile
      key={file.path}
      file={file}
      alone={alone(file)}
      onBeside={onBeside && canCompare(file) ? () => onBeside(file) : undefined}
    />
  ));
}

/** A moved file has two paths: it is shown once, and its lines did not change. */
interface ShownFile extends FileDiff {
  movedFrom?: string | undefined;
}

const canCompare = ({ reason, movedFrom }: ShownFile): boolean => reason !== 'binary' && movedFrom === undefined;

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

interface DiffedFileProps {
  file: ShownFile;
  alone: SingleFile;
  onBeside: (() => void) | undefined;
}

function DiffedFile({ file, alone, onBeside }: DiffedFileProps) {
  const { path, kind, diff, reason, added, removed, movedFrom } = file;
  const { diffs } = texts;
  const title = markPath(path);
  return (
    <article className="changed-file" aria-label={title}>
      <header>
        <h2 className="truncate" title={title}>
          {title}
        </h2>
        <span className="muted">{movedFrom ? diffs.moved : diffs.kinds[kind]}</span>
        <span className="numeric" hidden={movedFrom !== undefined} title={diffs.counts(formatNumber(added), formatNumber(removed))}>
          +{formatNumber(added)} −{formatNumber(removed)}
        </span>
        {onBeside && <IconButton size="small" icon="beside" label={diffs.beside(title)} onClick={onBeside} />}
      </header>
      {movedFrom ? (
        <p className="diff-empty">{diffs.movedFrom(markPath(movedFrom))}</p>
      ) : diff === null ? (
        <SingleFileDiff reason={reason ?? 'too_large'} file={alone} />
      ) : (
        <DiffView diff={diff} />
      )}
    </article>
  );
}
