import { Time } from '#ui/format/time.tsx';
import { Button } from '#ui/primitives/button.tsx';
import { Failure, Note } from '#ui/primitives/note.tsx';
import { showToast } from '#ui/primitives/toast.tsx';
import type { TextBuffer } from './buffer.ts';
import type { Buffers } from './buffers.ts';
import { titleOf } from './text.ts';
import { describeAuthor, isYou } from './who.ts';

/** Notices about the current file. */
export function FileNotices({ path, buffers, buffer }: { path: string; buffers: Buffers; buffer: TextBuffer }) {
  const { draftAt, refreshedBy, saveError, unkept, dirty } = buffer;
  const discard = () => {
    const mine = buffers.discard(path);
    const undo = { label: 'Undo', onSelect: () => buffers.retype(path, mine) };
    showToast(`${titleOf(path)} is as it was saved.`, { action: undo });
  };
  if (!draftAt && !refreshedBy && !saveError && !(unkept && dirty)) return null;
  return (
    <div className="editor-notes">
      <Failure error={saveError} onRetry={() => void buffers.save(path)} />
      {draftAt && (
        <Note
          icon="history"
          actions={
            <Button size="small" onClick={discard}>
              Discard them
            </Button>
          }
        >
          Your unsaved changes from <Time at={draftAt} /> are back. Save to keep them.
        </Note>
      )}
      {refreshedBy && (
        <Note icon={refreshedBy.kind === 'run' ? 'agent' : 'person'}>
          {isYou(refreshedBy) ? 'You' : describeAuthor(refreshedBy)} changed this file just now; you see the new version.
        </Note>
      )}
      {unkept && dirty && (
        <Note kind="warn">This browser has no room to keep your changes over a reload. Save before you leave the page.</Note>
      )}
    </div>
  );
}
