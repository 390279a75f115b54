import { Time } from '#ui/format/time.tsx';
import { Button } from '#ui/primitives/button.tsx';
import { Failure, Note } from '#ui/primitives/note.tsx';
import { showToast } from '#ui/primitives/toast.tsx';
import type { TextBuffer, Theirs } from './buffer.ts';
import type { Buffers } from './buffers.ts';
import { titleOf } from './text.ts';
import { texts } from './texts.ts';
import { describeAuthor, isYou } from './who.ts';

/** Notices about the current file. */
export function FileNotices({ path, buffers, buffer }: { path: string; buffers: Buffers; buffer: TextBuffer }) {
  const { draftAt, refreshedBy, saveError, unkept, dirty, theirs } = buffer;
  const { notices } = texts;
  if (!draftAt && !refreshedBy && !saveError && !theirs && !(unkept && dirty)) return null;
  return (
    <div className="editor-notes">
      <Failure error={saveError} onRetry={() => void buffers.save(path)} />
      {draftAt && (
        <Note
          icon="history"
          actions={
            <Button size="small" onClick={() => discard(path, buffers)}>
              {notices.discard}
            </Button>
          }
        >
          {notices.restored} <Time at={draftAt} />.
        </Note>
      )}
      {theirs && <Newer path={path} buffers={buffers} theirs={theirs} />}
      {refreshedBy && (
        <Note icon={refreshedBy.kind === 'run' ? 'agent' : 'person'}>
          {isYou(refreshedBy) ? notices.refreshedByYou : notices.refreshed(describeAuthor(refreshedBy))}
        </Note>
      )}
      {unkept && dirty && <Note kind="warn">{notices.noRoom}</Note>}
    </div>
  );
}

/** Discards the user's edits, which can be undone. */
export function discard(path: string, buffers: Buffers): void {
  const mine = buffers.discard(path);
  const action = { label: texts.notices.undo, onSelect: () => buffers.retype(path, mine) };
  showToast(texts.notices.asSaved(titleOf(path)), { action });
}

/** A newer version, which does not interrupt the user's typing. */
function Newer({ path, buffers, theirs: { version, by } }: { path: string; buffers: Buffers; theirs: Theirs }) {
  const { notices } = texts;
  const who = describeAuthor(by);
  if (version === null) {
    const again = (
      <Button size="small" onClick={() => void buffers.keepMine(path)}>
        {notices.saveAgain}
      </Button>
    );
    return (
      <Note kind="warn" actions={again}>
        {isYou(by) ? notices.deletedByYou : notices.deleted(who)}
      </Note>
    );
  }
  const actions = (
    <>
      <Button size="small" onClick={() => buffers.combine(path)}>
        {notices.merge}
      </Button>
      <Button size="small" onClick={() => buffers.compareWithTheirs(path)}>
        {notices.compare}
      </Button>
    </>
  );
  return (
    <Note icon={by?.kind === 'run' ? 'agent' : 'person'} actions={actions}>
      {isYou(by) ? notices.newerByYou : notices.newer(who)}
    </Note>
  );
}
