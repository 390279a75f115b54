/** Every way in: buttons, drops and the clipboard. */
import { useQueryClient } from '@tanstack/react-query';
import { type ClipboardEvent, type ReactNode, useRef, useState } from 'react';
import { showToast } from '#ui/primitives/toast.tsx';
import { noteChange } from '../tree/note-change.ts';
import type { Undo } from '../use-undo.ts';
import { ConflictDialog } from './conflict-dialog.tsx';
import { type Picked, pickedFrom, readTransfer } from './picked.ts';
import { texts } from './texts.ts';
import { hasNotes, type Imported, type Upload } from './upload.ts';
import { describeResult, UploadPanel } from './upload-panel.tsx';
import { dismiss, importZip, resolveConflict, upload, useUploads } from './uploads.ts';
import { ZipDialog } from './zip-dialog.tsx';

interface UploadOptions {
  projectId: string;
  undo: Undo;
  /** Shows what was added. */
  onAdded: (folder: string, paths: readonly string[]) => void;
}

const isZip = ({ name }: File): boolean => /\.zip$/i.test(name);

type Input = 'files' | 'folder' | 'zip';

export function useUpload({ projectId, undo, onAdded }: UploadOptions) {
  const client = useQueryClient();
  const uploads = useUploads(projectId);
  const [zip, setZip] = useState<{ file: File; folder: string }>();
  const inputs = useRef<Partial<Record<Input, HTMLInputElement | null>>>({});
  /** Where the files go that an input is about to give. */
  const chosenFor = useRef('');

  const onDone = (done: Upload, result: Imported) => {
    const { change } = result;
    void noteChange(client, projectId, change);
    onAdded(done.folder, change?.paths ?? []);
    if (hasNotes(done)) return;
    showToast(describeResult(done, result), change ? { action: { label: texts.undo, onSelect: () => undo.undo(change) } } : {});
    dismiss(done.id);
  };
  const target = (folder: string) => ({ projectId, folder, onDone });
  /** A single zip is asked about. */
  const take = (picked: Picked, folder: string) => {
    const [only] = picked.files;
    if (only && picked.files.length === 1 && picked.folders.length === 0 && !only.path.includes('/') && isZip(only.file)) {
      setZip({ file: only.file, folder });
    } else if (picked.files.length + picked.folders.length > 0) void upload(target(folder), async () => picked);
  };
  const open = (input: Input, folder: string) => {
    chosenFor.current = folder;
    inputs.current[input]?.click();
  };
  const onChosen = (list: FileList | null, only: Input) => {
    const picked = pickedFrom(list ?? []);
    if (only === 'zip' && !picked.files.every(({ file }) => isZip(file))) return showToast(texts.zipOnly, { kind: 'danger' });
    take(picked, chosenFor.current);
  };

  /** Must be called during the event: what was dropped is gone after it. */
  const drop = (data: DataTransfer, folder: string) => {
    const [first, ...others] = [...data.items].filter(({ kind }) => kind === 'file');
    const file = first && others.length === 0 && !first.webkitGetAsEntry?.()?.isDirectory ? first.getAsFile() : null;
    if (file && isZip(file)) return setZip({ file, folder });
    // The items are read before the first wait.
    void upload(target(folder), (onCount, signal) => readTransfer(data, onCount, signal));
  };
  const paste = (event: ClipboardEvent, folder: string) => {
    const files = [...event.clipboardData.files];
    const [first] = files;
    if (!first || isTyping(event.target)) return;
    event.preventDefault();
    // A copied picture is called image.png every time.
    if (files.length === 1 && first.type.startsWith('image/')) {
      void upload(target(folder), async () => pickedFrom(files), 'keep_both');
    } else take(pickedFrom(files), folder);
  };

  const conflict = uploads.find(({ state }) => state.kind === 'conflict');
  const conflictState = conflict?.state.kind === 'conflict' ? conflict.state : undefined;
  const elements: ReactNode = (
    <>
      {(['files', 'folder', 'zip'] as const).map((input) => (
        <input
          key={input}
          ref={(element) => {
            inputs.current[input] = element;
            // Not a property that React knows.
            if (input === 'folder') element?.setAttribute('webkitdirectory', '');
          }}
          type="file"
          hidden
          data-input={input}
          multiple={input === 'files'}
          accept={input === 'zip' ? '.zip,application/zip' : undefined}
          onChange={({ currentTarget }) => {
            onChosen(currentTarget.files, input);
            // So that choosing the same again is a change.
            currentTarget.value = '';
          }}
        />
      ))}
      {conflict && conflictState && (
        <ConflictDialog
          paths={conflictState.paths}
          count={conflictState.count}
          onChoose={(choice) => resolveConflict(conflict.id, choice)}
          onClose={() => dismiss(conflict.id)}
        />
      )}
      {zip && (
        <ZipDialog
          name={zip.file.name}
          folder={zip.folder}
          onUnpack={() => {
            setZip(undefined);
            void importZip(target(zip.folder), zip.file);
          }}
          onKeep={() => {
            setZip(undefined);
            void upload(target(zip.folder), async () => pickedFrom([zip.file]));
          }}
          onClose={() => setZip(undefined)}
        />
      )}
    </>
  );
  const panel = (
    <UploadPanel
      uploads={uploads}
      onUndo={(done, { change }) => {
        dismiss(done.id);
        if (change) undo.undo(change);
      }}
    />
  );
  return {
    chooseFiles: (folder: string) => open('files', folder),
    chooseFolder: (folder: string) => open('folder', folder),
    chooseZip: (folder: string) => open('zip', folder),
    drop,
    paste,
    /** Under the tree. */
    panel,
    /** Anywhere in the page. */
    elements,
  };
}

const isTyping = (target: EventTarget): boolean =>
  target instanceof Element && target.closest('input, textarea, [contenteditable]') !== null;
