/** Every way in: buttons, drops and the clipboard. */
import { useQueryClient } from '@tanstack/react-query';
import { type ClipboardEvent, useRef, useState } from 'react';
import { showToast } from '#ui/primitives/toast.tsx';
import { noteChange } from '../tree/note-change.ts';
import type { Undo } from '../undo/use-undo.ts';
import { type Picked, pickedFrom, readTransfer } from './picked.ts';
import { texts } from './texts.ts';
import { hasNotes, type Imported, type Upload } from './upload.ts';
import { type Input, UploadInputs, UploadQuestions } from './upload-layers.tsx';
import { describeResult, UploadPanel } from './upload-panel.tsx';
import { dismiss, importZip, resolveConflict, upload, useUploads } from './uploads.ts';

interface UploadOptions {
  projectId: string;
  undo: Undo;
  /** Shows what was added. */
  onAdded: (folder: string, paths: readonly string[]) => void;
}

const isZip = ({ name }: File): boolean => /\.zip$/i.test(name);
const isTyping = (target: EventTarget): boolean =>
  target instanceof Element && target.closest('input, textarea, [contenteditable]') !== null;

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
  const send = (picked: Picked, folder: string) => void upload(target(folder), async () => picked);
  /** A single zip is asked about. */
  const take = (picked: Picked, folder: string) => {
    const [only] = picked.files;
    if (only && picked.files.length === 1 && picked.folders.length === 0 && !only.path.includes('/') && isZip(only.file)) {
      setZip({ file: only.file, folder });
    } else if (picked.files.length + picked.folders.length > 0) send(picked, folder);
  };
  const open = (input: Input) => (folder: string) => {
    chosenFor.current = folder;
    inputs.current[input]?.click();
  };
  const onChosen = (list: FileList | null, input: Input) => {
    const picked = pickedFrom(list ?? []);
    if (input === 'zip' && !picked.files.every(({ file }) => isZip(file))) return showToast(texts.zipOnly, { kind: 'danger' });
    take(picked, chosenFor.current);
  };

  return {
    chooseFiles: open('files'),
    chooseFolder: open('folder'),
    chooseZip: open('zip'),
    /** Must be called during the event: what was dropped is gone after it. */
    drop: (data: DataTransfer, folder: string) => {
      const [first, ...others] = [...data.items].filter(({ kind }) => kind === 'file');
      const file = first && others.length === 0 && !first.webkitGetAsEntry?.()?.isDirectory ? first.getAsFile() : null;
      if (file && isZip(file)) return setZip({ file, folder });
      // The items are read before the first wait.
      void upload(target(folder), (onCount, signal) => readTransfer(data, onCount, signal));
    },
    paste: (event: ClipboardEvent, folder: string) => {
      const files = [...event.clipboardData.files];
      const [first] = files;
      if (!first || isTyping(event.target)) return;
      event.preventDefault();
      // A copied picture is called image.png every time.
      if (files.length > 1 || !first.type.startsWith('image/')) take(pickedFrom(files), folder);
      else void upload(target(folder), async () => pickedFrom(files), 'keep_both');
    },
    /** Under the tree. */
    panel: (
      <UploadPanel
        uploads={uploads}
        onUndo={(done, { change }) => {
          dismiss(done.id);
          if (change) undo.undo(change);
        }}
      />
    ),
    /** Anywhere in the page. */
    elements: (
      <>
        <UploadInputs
          keep={(input, element) => {
            inputs.current[input] = element;
          }}
          onChosen={onChosen}
        />
        <UploadQuestions
          uploads={uploads}
          onResolve={resolveConflict}
          onDismiss={dismiss}
          zip={zip}
          onUnpack={(file, folder) => {
            setZip(undefined);
            void importZip(target(folder), file);
          }}
          onKeep={(file, folder) => {
            setZip(undefined);
            send(pickedFrom([file]), folder);
          }}
          onZipClose={() => setZip(undefined)}
        />
      </>
    ),
  };
}
