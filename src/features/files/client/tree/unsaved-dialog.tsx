import { FormDialog } from '#ui/primitives/form-dialog.tsx';
import { titleOf } from '../text.ts';
import { texts } from './texts.ts';

interface UnsavedDialogProps {
  /** What would be deleted. */
  paths: readonly string[];
  /** Files among them that have unsaved changes. */
  unsaved: readonly string[];
  onDelete: () => void;
  onClose: () => void;
}

/** Deleting can be undone, but not for what was never saved. */
export function UnsavedDialog({ paths, unsaved, onDelete, onClose }: UnsavedDialogProps) {
  const { title, titleMany, about, aboutMany, action } = texts.unsaved;
  const [first = ''] = paths;
  const [file = ''] = unsaved;
  return (
    <FormDialog
      title={paths.length === 1 ? title(titleOf(first)) : titleMany(paths.length)}
      action={action}
      kind="danger"
      busy={false}
      onSubmit={onDelete}
      onClose={onClose}
    >
      <p>{unsaved.length === 1 ? about(titleOf(file)) : aboutMany(unsaved.length)}</p>
    </FormDialog>
  );
}
