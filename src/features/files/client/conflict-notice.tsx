import { Button } from '#ui/primitives/button.tsx';
import { Note } from '#ui/primitives/note.tsx';
import { showToast } from '#ui/primitives/toast.tsx';
import type { Theirs } from './buffer.ts';
import type { Buffers } from './buffers.ts';
import { titleOf } from './text.ts';
import { describeAuthor, isYou } from './who.ts';

/** Shown when two people saved the same file. Nothing is overwritten until the user chooses, and the choice can be undone. */
export function ConflictNotice({ path, buffers, theirs }: { path: string; buffers: Buffers; theirs: Theirs }) {
  const deleted = theirs.version === null;
  const own = isYou(theirs.by);
  const takeTheirs = () => {
    const mine = buffers.takeTheirs(path);
    const undo = { label: 'Undo', onSelect: () => buffers.retype(path, mine) };
    showToast(`${titleOf(path)} is as it was saved.`, { action: undo });
  };
  const actions = (
    <>
      <Button size="small" kind="primary" onClick={() => void buffers.keepMine(path)}>
        {deleted ? 'Save it again' : own ? 'Keep this version' : 'Keep mine'}
      </Button>
      {!deleted && (
        <Button size="small" onClick={takeTheirs}>
          {own ? 'Take the other version' : 'Take theirs'}
        </Button>
      )}
    </>
  );
  return (
    <div className="editor-notes">
      <Note kind="warn" actions={actions}>
        <strong>
          {own ? 'You' : describeAuthor(theirs.by)} {deleted ? 'deleted' : 'saved'} this file {own ? 'in another tab' : ''} while you were
          editing it
          {own ? ' here' : ''}.
        </strong>{' '}
        {deleted
          ? 'What you typed is still here. Save it again, or close the file.'
          : `Nothing was overwritten. Merge both versions below, then keep ${own ? 'this one, or take the other one' : 'yours, or take theirs'}.`}
      </Note>
    </div>
  );
}
