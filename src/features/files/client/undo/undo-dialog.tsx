import type { UndoConflict } from '#features/files/contract.ts';
import { Button } from '#ui/primitives/button.tsx';
import { Dialog } from '#ui/primitives/dialog.tsx';
import { Icon } from '#ui/primitives/icon.tsx';
import { markPath } from '#wire/hidden-characters.ts';
import { texts } from '../texts.ts';
import './undo-dialog.css';

/** The wording for what is undone: one change of a file, or all changes of a run. */
export interface UndoWords {
  title: string;
  /** @param count of files */
  summary: (count: number) => string;
  reason: (conflict: UndoConflict) => string;
  /** Label of the button that opens a file; by default, its path. */
  open?: string;
  /** The sides of conflicting lines, each with its title. */
  sides: readonly { side: 'current' | 'written' | 'before'; title: (line: number) => string }[];
  noLines: string;
}

interface UndoDialogProps {
  undo: {
    /** Undefined unless an undo has just failed because of them. */
    conflicts: readonly UndoConflict[] | undefined;
    dismiss: () => void;
  };
  words: UndoWords;
  onOpen: (path: string) => void;
}

/** The conflicts that prevent an undo, by file and lines; nothing while there are none. */
export function UndoDialog({ undo: { conflicts, dismiss }, words, onOpen }: UndoDialogProps) {
  if (!conflicts) return null;
  const open = (path: string) => {
    dismiss();
    onOpen(path);
  };
  return (
    <Dialog title={words.title} className="unmerged" onClose={dismiss}>
      <p>{words.summary(conflicts.length)}</p>
      <ul className="unmerged-files">
        {conflicts.map((conflict) => (
          <ConflictItem key={conflict.path} conflict={conflict} words={words} onOpen={() => open(conflict.path)} />
        ))}
      </ul>
      <div className="dialog-actions">
        <Button kind="primary" onClick={dismiss}>
          {texts.undo.close}
        </Button>
      </div>
    </Dialog>
  );
}

interface ConflictItemProps {
  conflict: UndoConflict;
  words: UndoWords;
  onOpen: () => void;
}

function ConflictItem({ conflict, words, onOpen }: ConflictItemProps) {
  return (
    <li>
      <ConflictHead conflict={conflict} open={words.open} onOpen={onOpen} />
      <p>{words.reason(conflict)}</p>
      {conflict.hunks.map(({ line, ...lines }) => (
        <dl key={line} className="unmerged-lines">
          {words.sides.map(({ side, title }) => (
            <Lines key={side} title={title(line)} text={lines[side]} none={words.noLines} />
          ))}
        </dl>
      ))}
    </li>
  );
}

function ConflictHead({ conflict: { path, reason }, open, onOpen }: Omit<ConflictItemProps, 'words'> & { open: string | undefined }) {
  const canOpen = reason !== 'deleted' && reason !== 'in_the_way';
  if (open === undefined)
    return (
      <p className="unmerged-head">
        <Icon name="file" />
        {canOpen ? (
          <button type="button" className="link" onClick={onOpen}>
            {markPath(path)}
          </button>
        ) : (
          markPath(path)
        )}
      </p>
    );
  return (
    <div className="unmerged-head">
      <Icon name="file" />
      <h3>{markPath(path)}</h3>
      {canOpen && (
        <Button size="small" onClick={onOpen}>
          {open}
        </Button>
      )}
    </div>
  );
}

function Lines({ title, text, none }: { title: string; text: string; none: string }) {
  return (
    <>
      <dt>{title}</dt>
      <dd>{text === '' ? <span className="muted">{none}</span> : <pre>{text}</pre>}</dd>
    </>
  );
}
