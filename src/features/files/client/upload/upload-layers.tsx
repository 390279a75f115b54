import type { ReactNode } from 'react';
import { ConflictDialog } from './conflict-dialog.tsx';
import type { Conflicts, Upload } from './upload.ts';
import { ZipDialog } from './zip-dialog.tsx';

export type Input = 'files' | 'folder' | 'zip';

interface UploadInputsProps {
  /** Keeps the element, to open the browser's dialog. */
  keep: (input: Input, element: HTMLInputElement | null) => void;
  onChosen: (files: FileList | null, input: Input) => void;
}

/** The inputs behind the buttons. */
export const UploadInputs = ({ keep, onChosen }: UploadInputsProps): ReactNode =>
  (['files', 'folder', 'zip'] as const).map((input) => (
    <input
      key={input}
      ref={(element) => {
        keep(input, element);
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
  ));

interface UploadQuestionsProps {
  uploads: readonly Upload[];
  onResolve: (id: number, choice: Conflicts) => void;
  onDismiss: (id: number) => void;
  zip: { file: File; folder: string } | undefined;
  onUnpack: (zip: File, folder: string) => void;
  onKeep: (zip: File, folder: string) => void;
  onZipClose: () => void;
}

/** What an upload asks. */
export function UploadQuestions({ uploads, onResolve, onDismiss, zip, onUnpack, onKeep, onZipClose }: UploadQuestionsProps) {
  const conflict = uploads.find(({ state }) => state.kind === 'conflict');
  const state = conflict?.state.kind === 'conflict' ? conflict.state : undefined;
  return (
    <>
      {conflict && state && (
        <ConflictDialog
          paths={state.paths}
          count={state.count}
          onChoose={(choice) => onResolve(conflict.id, choice)}
          onClose={() => onDismiss(conflict.id)}
        />
      )}
      {zip && (
        <ZipDialog
          name={zip.file.name}
          folder={zip.folder}
          onUnpack={() => onUnpack(zip.file, zip.folder)}
          onKeep={() => onKeep(zip.file, zip.folder)}
          onClose={onZipClose}
        />
      )}
    </>
  );
}
