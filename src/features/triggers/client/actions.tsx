import { useState } from 'react';
import type { Trigger } from '#features/triggers/contract.ts';
import { Button } from '#ui/primitives/button.tsx';
import { Field } from '#ui/primitives/field.tsx';
import { FormDialog } from '#ui/primitives/form-dialog.tsx';
import { Menu, type MenuItem } from '#ui/primitives/menu.tsx';
import { Failure } from '#ui/primitives/note.tsx';
import { showToast } from '#ui/primitives/toast.tsx';
import { isTypedName } from '#wire/hidden-characters.ts';
import { useChangeTrigger, useDeleteTrigger, useRenewSecret } from './queries.ts';

interface TriggerActionsProps {
  trigger: Trigger;
  /** Changes its settings. */
  onEdit: () => void;
  /** Shows it this once. */
  onSecret: (secret: string) => void;
  /** Goes where there is something else to see, once it is deleted. */
  onDeleted: () => void;
}

/** All that can be done to a trigger, on its own page. */
export function TriggerActions({ trigger, onEdit, onSecret, onDeleted }: TriggerActionsProps) {
  const [deleting, setDeleting] = useState(false);
  const pause = usePause(trigger);
  const renew = useRenewSecret(trigger.id);
  const paused = trigger.pausedAt !== null;
  const secretItem: MenuItem = { label: 'New secret', icon: 'refresh', onSelect: () => renew.mutate(undefined, { onSuccess: onSecret }) };
  return (
    <div className="page-actions">
      <Button icon={paused ? 'play' : 'pause'} busy={pause.isPending} onClick={pause.toggle}>
        {paused ? 'Resume' : 'Pause'}
      </Button>
      <Menu
        label={`More for ${trigger.name}`}
        items={[
          { label: 'Edit', icon: 'pencil', onSelect: onEdit },
          ...(trigger.webhook ? [secretItem] : []),
          { label: 'Delete', icon: 'trash', kind: 'danger', onSelect: () => setDeleting(true) },
        ]}
      />
      {deleting && <DeleteTriggerDialog trigger={trigger} onDeleted={onDeleted} onClose={() => setDeleting(false)} />}
    </div>
  );
}

/** In a row of a list. */
export function TriggerMenu({ trigger, onEdit }: { trigger: Trigger; onEdit: () => void }) {
  const [deleting, setDeleting] = useState(false);
  const pause = usePause(trigger);
  const paused = trigger.pausedAt !== null;
  return (
    <>
      <Menu
        label={`More for ${trigger.name}`}
        items={[
          { label: paused ? 'Resume' : 'Pause', icon: paused ? 'play' : 'pause', onSelect: pause.toggle },
          { label: 'Edit', icon: 'pencil', onSelect: onEdit },
          { label: 'Delete', icon: 'trash', kind: 'danger', onSelect: () => setDeleting(true) },
        ]}
      />
      {deleting && <DeleteTriggerDialog trigger={trigger} onDeleted={() => undefined} onClose={() => setDeleting(false)} />}
    </>
  );
}

function usePause({ id, name, pausedAt }: Trigger) {
  const { mutate, isPending } = useChangeTrigger(id, false);
  const resume = () => mutate({ paused: false }, { onSuccess: () => showToast(`${name} fires again from now on.`) });
  const pause = () =>
    mutate({ paused: true }, { onSuccess: () => showToast(`${name} is paused.`, { action: { label: 'Undo', onSelect: resume } }) });
  return { isPending, toggle: pausedAt === null ? pause : resume };
}

interface DeleteDialogProps {
  trigger: Trigger;
  onDeleted: () => void;
  onClose: () => void;
}

function DeleteTriggerDialog({ trigger: { id, name, kind }, onDeleted, onClose }: DeleteDialogProps) {
  const [typed, setTyped] = useState('');
  const remove = useDeleteTrigger(id);
  const onSuccess = () => {
    onClose();
    showToast(`${name} is deleted.`);
    onDeleted();
  };
  return (
    <FormDialog
      title={`Delete ${name}?`}
      action="Delete trigger"
      kind="danger"
      busy={remove.isPending}
      disabled={!isTypedName(typed, name)}
      onSubmit={() => remove.mutate(undefined, { onSuccess })}
      onClose={onClose}
    >
      <p>
        Its history{kind === 'webhook' && ' and its secret'} {kind === 'webhook' ? 'are' : 'is'} gone with it; the runs it started stay.
        This cannot be undone. To keep it for later, pause it.
      </p>
      <Failure error={remove.error} />
      <Field
        label={`Type ${name} to confirm`}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        autoComplete="off"
        spellCheck={false}
      />
    </FormDialog>
  );
}
