import type { UndoConflict } from '#features/files/contract.ts';
import { Button } from '#ui/primitives/button.tsx';
import { Dialog } from '#ui/primitives/dialog.tsx';
import { Icon } from '#ui/primitives/icon.tsx';
import { markPath } from '#wire/hidden-characters.ts';
import { sayWho, sayWhoWithin } from './who.ts';
import './undo-dialog.css';

interface UndoDialogProps {
  conflicts: readonly UndoConflict[];
  onOpen: (path: string) => void;
  onClose: () => void;
}

/** What stands against an undo: which files, whose lines. */
export function UndoDialog({ conflicts, onOpen, onClose }: UndoDialogProps) {
  return (
    <Dialog title="This cannot be undone by itself" className="unmerged" onClose={onClose}>
      <p>
        {conflicts.length === 1 ? 'A file was' : `${conflicts.length} files were`} changed since, in a way that an undo would overwrite.
        Nothing was touched. Undo the later changes first, or edit {conflicts.length === 1 ? 'the file' : 'the files'} by hand.
      </p>
      <ul className="unmerged-files">
        {conflicts.map((conflict) => (
          <ConflictItem key={conflict.path} conflict={conflict} onOpen={() => onOpen(conflict.path)} />
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

function ConflictItem({ conflict, onOpen }: { conflict: UndoConflict; onOpen: () => void }) {
  const { path, reason, hunks } = conflict;
  return (
    <li>
      <div className="unmerged-head">
        <Icon name="file" />
        <h3>{markPath(path)}</h3>
        {reason !== 'deleted' && reason !== 'in_the_way' && (
          <Button size="small" onClick={onOpen}>
            Open
          </Button>
        )}
      </div>
      <p>{sayReason(conflict)}</p>
      {hunks.map(({ line, current, written, before }) => (
        <dl key={line} className="unmerged-lines">
          <Lines title={`Now, from line ${line} on`} text={current} />
          <Lines title="As the change wrote it" text={written} />
          <Lines title="Before the change" text={before} />
        </dl>
      ))}
    </li>
  );
}

function Lines({ title, text }: { title: string; text: string }) {
  return (
    <>
      <dt>{title}</dt>
      <dd>{text === '' ? <span className="muted">No line</span> : <pre>{text}</pre>}</dd>
    </>
  );
}

function sayReason({ reason, by }: UndoConflict): string {
  const who = sayWho(by);
  const within = sayWhoWithin(by);
  switch (reason) {
    case 'overlaps':
      return `${who} changed the same lines, or lines right beside them.`;
    case 'edited':
      return `The change created this file, and ${within} edited it since.`;
    case 'deleted':
      return `${who} deleted this file since.`;
    case 'recreated':
      return `The change deleted this file, and ${within} wrote another one there since.`;
    case 'binary':
      return `${who} changed this file since, and it is not text that could be merged.`;
    case 'too_large':
      return `${who} changed this file since, and it is too large to be merged.`;
    case 'in_the_way':
      return 'There is a folder where this file would be, or a file where its folder would be.';
  }
}
