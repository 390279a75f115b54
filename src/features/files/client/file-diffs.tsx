import { DiffView } from '#ui/primitives/diff-view.tsx';
import { type SingleFile, SingleFileDiff } from '#ui/primitives/single-file-diff.tsx';
import { markPath } from '#wire/hidden-characters.ts';
import { texts } from './texts.ts';
import './file-diffs.css';

/** The diff of one file, as the API returns it. */
export interface ShownDiff {
  path: string;
  kind: 'created' | 'changed' | 'deleted';
  diff: string | null;
  reason?: 'binary' | 'too_large' | undefined;
  added: number;
  removed: number;
}

const BRIEF_LINES = 14;

interface FileDiffViewProps {
  file: ShownDiff;
  /** Shows only the beginning. */
  brief: boolean;
  /** Undefined if there is no such file to open. */
  onOpenFile: ((path: string) => void) | undefined;
  /** How to load a file that is not shown with the others. */
  alone?: SingleFile | undefined;
}

/** Several of these belong in an element of the class `file-diffs`. */
export function FileDiffView({ file: { path, kind, diff, reason, added, removed }, brief, onOpenFile, alone }: FileDiffViewProps) {
  return (
    <div className="file-diff">
      <p className="file-diff-head">
        {kind === 'deleted' || !onOpenFile ? (
          <span className="truncate">{markPath(path)}</span>
        ) : (
          <button type="button" className="link truncate" onClick={() => onOpenFile(path)}>
            {markPath(path)}
          </button>
        )}
        <span className="muted">{texts.diffs.marks[kind]}</span>
        <span className="file-diff-counts numeric">
          <span title={texts.diffs.added}>+{added}</span> <span title={texts.diffs.removed}>−{removed}</span>
        </span>
      </p>
      {diff === null ? (
        <SingleFileDiff reason={reason ?? 'too_large'} file={alone} />
      ) : (
        <DiffView diff={brief ? firstLinesOf(diff) : diff} />
      )}
    </div>
  );
}

export const firstLinesOf = (diff: string): string => diff.split('\n', BRIEF_LINES).join('\n');
