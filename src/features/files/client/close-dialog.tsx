import { Button } from '#ui/primitives/button.tsx';
import { Dialog } from '#ui/primitives/dialog.tsx';
import { titleOf } from './text.ts';
import { texts } from './texts.ts';

interface CloseDialogProps {
  path: string;
  onSave: () => Promise<void>;
  onDiscard: () => void;
  onCancel: () => void;
}

export function CloseDialog({ path, onSave, onDiscard, onCancel }: CloseDialogProps) {
  return (
    <Dialog title={texts.closing.title(titleOf(path))} onClose={onCancel}>
      <p>{texts.closing.about}</p>
      <div className="dialog-actions">
        <Button onClick={onDiscard}>{texts.closing.discard}</Button>
        <Button onClick={onCancel}>{texts.closing.cancel}</Button>
        <Button kind="primary" onClick={() => void onSave()}>
          {texts.closing.save}
        </Button>
      </div>
    </Dialog>
  );
}
