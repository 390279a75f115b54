import type { Change } from '#features/files/contract.ts';
import { FormDialog } from '#ui/primitives/form-dialog.tsx';
import { markPath } from '#wire/hidden-characters.ts';
import { texts } from './texts/run.ts';

const words = texts.undo;

interface UndoPreviewProps {
  /** The run's changes that have not been undone. */
  changes: readonly Change[];
  busy: boolean;
  onUndo: () => void;
  onClose: () => void;
}

const MAX_SHOWN = 20;

/** The files that undoing a run would change, shown before it happens. */
export function UndoPreview({ changes, busy, onUndo, onClose }: UndoPreviewProps) {
  const paths = [...new Set(changes.flatMap((change) => change.paths))].sort();
  const files = Math.max(paths.length, ...changes.map(({ pathCount }) => pathCount));
  const rest = files - Math.min(paths.length, MAX_SHOWN);
  return (
    <FormDialog title={words.title} action={words.action} busy={busy} onSubmit={onUndo} onClose={onClose}>
      <p>{words.about(files)}</p>
      <ul className="run-undo-paths" aria-label={words.files}>
        {paths.slice(0, MAX_SHOWN).map((path) => (
          <li key={path}>{markPath(path)}</li>
        ))}
        {rest > 0 && <li className="muted">{words.more(rest)}</li>}
      </ul>
    </FormDialog>
  );
}
