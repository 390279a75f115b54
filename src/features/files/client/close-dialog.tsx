import { Button } from '#ui/primitives/button.tsx';
import { Dialog } from '#ui/primitives/dialog.tsx';
import { titleOf } from './text.ts';

interface CloseDialogProps {
  path: string;
  onSave: () => Promise<void>;
  onDiscard: () => void;
  onCancel: () => void;
}

export function CloseDialog({ path, onSave, onDiscard, onCancel }: CloseDialogProps) {
  return (
    <Dialog title={`Save ${titleOf(path)} before closing?`} onClose={onCancel}>
      <p>It has changes that are not saved yet.</p>
      <div className="dialog-actions">
        <Button onClick={onDiscard}>Close without saving</Button>
        <Button onClick={onCancel}>Cancel</Button>
        <Button kind="primary" onClick={() => void onSave()}>
          Save and close
        </Button>
      </div>
    </Dialog>
  );
}
