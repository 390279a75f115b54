import { AutomationActions, pauseAction } from '#features/runs/client/automations/actions.tsx';
import type { Trigger } from '#features/triggers/contract.ts';
import { DeleteDialog } from '#ui/primitives/delete-dialog.tsx';
import type { MenuItem } from '#ui/primitives/menu.tsx';
import { showToast } from '#ui/primitives/toast.tsx';
import { useChangeTrigger, useDeleteTrigger, useRenewSecret } from './queries.ts';
import { texts } from './texts.ts';

interface TriggerActionsProps {
  trigger: Trigger;
  inRow?: boolean;
  /** Opens its settings. */
  onEdit: () => void;
  /** Shows a new secret, which is readable only now. Without this, the menu offers no new secret. */
  onSecret?: (secret: string) => void;
  /** Leaves the page of the deleted trigger. */
  onDeleted?: () => void;
}

export function TriggerActions({ trigger, inRow = false, onEdit, onSecret, onDeleted }: TriggerActionsProps) {
  const { id, name, webhook } = trigger;
  const change = useChangeTrigger(id, false);
  const renew = useRenewSecret(id);
  const newSecret: MenuItem[] =
    webhook && onSecret
      ? [{ label: texts.actions.newSecret, icon: 'refresh', onSelect: () => renew.mutate(undefined, { onSuccess: onSecret }) }]
      : [];
  return (
    <AutomationActions
      of={trigger}
      inRow={inRow}
      first={[pauseAction(trigger, change, 'play', texts.actions.resumed(name))]}
      more={newSecret}
      onEdit={onEdit}
      deleteDialog={(close) => <DeleteTriggerDialog trigger={trigger} onDeleted={onDeleted} onClose={close} />}
    />
  );
}

interface DeleteDialogProps {
  trigger: Trigger;
  onDeleted: (() => void) | undefined;
  onClose: () => void;
}

function DeleteTriggerDialog({ trigger: { id, name, kind }, onDeleted, onClose }: DeleteDialogProps) {
  const remove = useDeleteTrigger(id);
  const onSuccess = () => {
    onClose();
    showToast(texts.delete.done(name));
    onDeleted?.();
  };
  return (
    <DeleteDialog
      title={texts.delete.title(name)}
      action={texts.delete.action}
      confirm={name}
      busy={remove.isPending}
      error={remove.error}
      onDelete={() => remove.mutate(undefined, { onSuccess })}
      onClose={onClose}
    >
      {texts.delete.about[kind]}
    </DeleteDialog>
  );
}
