import { Button } from '#ui/primitives/button.tsx';
import { Dialog } from '#ui/primitives/dialog.tsx';
import { markName, markPath } from '#wire/hidden-characters.ts';
import { texts } from './texts.ts';

interface ZipDialogProps {
  name: string;
  folder: string;
  onUnpack: () => void;
  onKeep: () => void;
  onClose: () => void;
}

/** A zip may be meant as a file, or as the files in it. */
export function ZipDialog({ name, folder, onUnpack, onKeep, onClose }: ZipDialogProps) {
  return (
    <Dialog title={texts.zip.title(markName(name))} onClose={onClose}>
      <p>{texts.zip.about(markPath(folder))}</p>
      <div className="dialog-actions">
        <Button onClick={onClose}>{texts.zip.cancel}</Button>
        <Button onClick={onKeep}>{texts.zip.keep}</Button>
        <Button kind="primary" onClick={onUnpack}>
          {texts.zip.unpack}
        </Button>
      </div>
    </Dialog>
  );
}
