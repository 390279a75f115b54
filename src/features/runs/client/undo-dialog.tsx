import { undoConflict } from '#features/files/contract.ts';
import { explain, hasCode } from '#ui/format/explain.ts';
import { Button } from '#ui/primitives/button.tsx';
import { Dialog } from '#ui/primitives/dialog.tsx';
import { Icon } from '#ui/primitives/icon.tsx';
import { ProblemError } from '#wire/call.ts';
import { markPath } from '#wire/hidden-characters.ts';

type Conflict = ReturnType<typeof readConflicts>[number];

const reasons: Record<Conflict['reason'], string> = {
  overlaps: 'The same lines were changed since.',
  edited: 'The run made this file, and it was edited since.',
  deleted: 'It was deleted since.',
  recreated: 'The run deleted this file, and there is another one now.',
  binary: 'It was changed since, and its content is no text that could be merged.',
  too_large: 'It was changed since, and is too large to be merged.',
  in_the_way: 'There is something else at its place now.',
};

/** Why the changes of a run cannot be undone: which files, and what in them does not merge. */
export function UndoDialog({ error, onOpenFile, onClose }: { error: unknown; onOpenFile: (path: string) => void; onClose: () => void }) {
  const conflicts = readConflicts(error);
  const open = (path: string) => {
    onClose();
    onOpenFile(path);
  };
  return (
    <Dialog title="Nothing was undone" className="run-undo" onClose={onClose}>
      <p>
        {hasCode(error, 'changed_since')
          ? 'Somebody has edited since, in a way that does not merge with an undo. No file was touched.'
          : explain(error)}
      </p>
      <ul className="run-undo-conflicts">
        {conflicts.map((conflict) => (
          <ConflictItem key={conflict.path} conflict={conflict} onOpen={() => open(conflict.path)} />
        ))}
      </ul>
      <div className="dialog-actions">
        <Button kind="primary" onClick={onClose}>
          Close
        </Button>
      </div>
    </Dialog>
  );
}

function ConflictItem({ conflict: { path, reason, by, hunks }, onOpen }: { conflict: Conflict; onOpen: () => void }) {
  return (
    <li>
      <p className="run-undo-path">
        <Icon name="file" />
        {reason === 'deleted' ? (
          path
        ) : (
          <button type="button" className="link" onClick={onOpen}>
            {markPath(path)}
          </button>
        )}
      </p>
      <p>
        {reasons[reason]}
        {by && ` Last by ${by.name}.`}
      </p>
      {hunks.map(({ line, current, written }) => (
        <dl key={line} className="run-undo-hunk">
          <dt>Now, from line {line} on</dt>
          <dd>
            <pre>{current || '(nothing)'}</pre>
          </dd>
          <dt>As the run wrote it</dt>
          <dd>
            <pre>{written || '(nothing)'}</pre>
          </dd>
        </dl>
      ))}
    </li>
  );
}

function readConflicts(error: unknown) {
  const told = error instanceof ProblemError ? undoConflict.array().safeParse(error.problem['conflicts']) : undefined;
  return told?.data ?? [];
}
