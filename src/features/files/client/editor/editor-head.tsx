import { type ComponentProps, useEffect, useEffectEvent } from 'react';
import type { Presence } from '#features/files/presence-contract.ts';
import { Button } from '#ui/primitives/button.tsx';
import { Menu, type MenuItem } from '#ui/primitives/menu.tsx';
import { markPath } from '#wire/hidden-characters.ts';
import type { TextBuffer } from '../buffer.ts';
import { People } from '../presence/people.tsx';
import { ModeChoice } from '../preview/mode-choice.tsx';
import { texts } from '../texts.ts';
import { isYou } from '../who.ts';
import { texts as editorTexts } from './texts.ts';

interface EditorHeadProps {
  path: string;
  buffer: TextBuffer;
  editable: boolean;
  /** It is saved by itself. */
  autosave: boolean;
  /** Others who have the file open. */
  people: readonly Presence[];
  /** Undefined for a file without a preview. */
  mode: ComponentProps<typeof ModeChoice> | undefined;
  menu: readonly MenuItem[];
  historyOpen: boolean;
  onHistory: () => void;
  onSave: () => void;
}

export function EditorHead({ path, buffer, editable, autosave, people, mode, menu, historyOpen, onHistory, onSave }: EditorHeadProps) {
  const canSave = editable && buffer.dirty && !buffer.saving && !buffer.comparing;
  useSaveKey(() => canSave && onSave());
  return (
    <div className="editor-head">
      <span className="editor-path truncate">{markPath(path)}</span>
      <People people={people} />
      <output className="editor-state" data-dirty={buffer.dirty || undefined}>
        {editable ? describeState(buffer, autosave) : texts.editor.readOnly}
      </output>
      {mode && <ModeChoice {...mode} />}
      <Button kind="quiet" size="small" icon="history" aria-pressed={historyOpen} onClick={onHistory}>
        {texts.editor.history}
      </Button>
      {editable && (
        <Button size="small" kind={canSave ? 'primary' : undefined} disabled={!canSave} onClick={onSave}>
          {texts.editor.save}
        </Button>
      )}
      <Menu label={editorTexts.actions} items={menu} />
    </div>
  );
}

function describeState({ saving, theirs, dirty, saveError }: TextBuffer, autosave: boolean): string {
  const { state } = texts;
  if (saving) return state.saving;
  if (!theirs) return dirty ? (autosave && !saveError ? state.soon : state.unsaved) : state.saved;
  if (theirs.version === null) return isYou(theirs.by) ? state.deletedByYou : state.deletedByOthers;
  return isYou(theirs.by) ? state.changedByYou : state.changedByOthers;
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
