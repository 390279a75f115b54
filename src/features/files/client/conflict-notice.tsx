import { Button } from '#ui/primitives/button.tsx';
import { Note } from '#ui/primitives/note.tsx';
import type { Theirs } from './buffer.ts';
import type { Buffers } from './buffers.ts';
import { discard } from './file-notices.tsx';
import { texts } from './texts.ts';
import { describeAuthor, isYou } from './who.ts';

/** Shown when two people saved the same lines. Nothing is overwritten until the user chooses, and the choice can be undone. */
export function ConflictNotice({ path, buffers, theirs }: { path: string; buffers: Buffers; theirs: Theirs }) {
  const { conflict } = texts;
  const deleted = theirs.version === null;
  const own = isYou(theirs.by);
  const actions = (
    <>
      <Button size="small" kind="primary" onClick={() => void buffers.keepMine(path)}>
        {deleted ? conflict.saveAgain : own ? conflict.keepThis : conflict.keepMine}
      </Button>
      {!deleted && (
        <Button size="small" onClick={() => discard(path, buffers)}>
          {own ? conflict.takeOther : conflict.takeTheirs}
        </Button>
      )}
    </>
  );
  return (
    <div className="editor-notes">
      <Note kind="warn" actions={actions}>
        <strong>{describe(theirs)}</strong> {deleted ? conflict.aboutDeleted : own ? conflict.aboutOwn : conflict.about}
      </Note>
    </div>
  );
}

function describe({ version, by }: Theirs): string {
  const { conflict } = texts;
  const who = describeAuthor(by);
  if (version === null) return isYou(by) ? conflict.deletedByYou : conflict.deleted(who);
  return isYou(by) ? conflict.savedByYou : conflict.saved(who);
}
