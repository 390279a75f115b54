import { useEffect, useEffectEvent } from 'react';
import { Button } from '#ui/primitives/button.tsx';
import { markPath } from '#wire/hidden-characters.ts';
import type { TextBuffer } from './buffer.ts';
import { isYou } from './who.ts';

interface EditorHeadProps {
  path: string;
  buffer: TextBuffer;
  editable: boolean;
  historyOpen: boolean;
  onHistory: () => void;
  onSave: () => void;
}

export function EditorHead({ path, buffer, editable, historyOpen, onHistory, onSave }: EditorHeadProps) {
  const canSave = editable && buffer.dirty && !buffer.saving && !buffer.theirs;
  useSaveKey(() => canSave && onSave());
  return (
    <div className="editor-head">
      <span className="editor-path truncate">{markPath(path)}</span>
      <output className="editor-state" data-dirty={buffer.dirty || undefined}>
        {editable ? describeState(buffer) : 'Read only'}
      </output>
      <Button kind="quiet" size="small" icon="history" aria-pressed={historyOpen} onClick={onHistory}>
        History
      </Button>
      {editable && (
        <Button size="small" kind={canSave ? 'primary' : undefined} disabled={!canSave} onClick={onSave}>
          Save
        </Button>
      )}
    </div>
  );
}

function describeState({ saving, theirs, dirty }: TextBuffer): string {
  if (saving) return 'Saving…';
  if (theirs) return `${theirs.version === null ? 'Deleted' : 'Changed'} ${isYou(theirs.by) ? 'in another tab' : 'by someone else'}`;
  return dirty ? 'Unsaved changes' : 'Saved';
}

/** Saves wherever the focus is: the browser's default, saving this page to disk, is never what the user wants. */
function useSaveKey(save: () => void): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.key.toLowerCase() !== 's' || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    save();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKey(event);
    window.addEventListener('keydown', listener);
    return () => window.removeEventListener('keydown', listener);
  }, []);
}
