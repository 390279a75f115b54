import { type Action, AutomationActions, pauseAction } from '#features/runs/client/automations/actions.tsx';
import type { ScheduleEntry } from '#features/schedules/contract.ts';
import { DeleteDialog } from '#ui/primitives/delete-dialog.tsx';
import { showToast } from '#ui/primitives/toast.tsx';
import { useChangeSchedule, useDeleteSchedule, useRunSchedule } from './queries.ts';
import { texts } from './texts.ts';

const words = texts.actions;

interface ScheduleActionsProps {
  schedule: ScheduleEntry;
  inRow?: boolean;
  /** Opens its settings. */
  onEdit: () => void;
  /** Leaves the page of the deleted schedule. */
  onDeleted?: () => void;
}

export function ScheduleActions({ schedule, inRow = false, onEdit, onDeleted }: ScheduleActionsProps) {
  const { id, name } = schedule;
  const run = useRunSchedule(id);
  const change = useChangeSchedule(id, false);
  const runNow: Action = {
    label: words.run,
    icon: 'play',
    busy: run.isPending,
    onSelect: () => run.mutate(undefined, { onSuccess: () => showToast(words.started(name)) }),
  };
  return (
    <AutomationActions
      of={schedule}
      inRow={inRow}
      first={[runNow, pauseAction(schedule, change, 'refresh', words.resumed(name))]}
      onEdit={onEdit}
      deleteDialog={(close) => <DeleteScheduleDialog schedule={schedule} onDeleted={onDeleted} onClose={close} />}
    />
  );
}

interface DeleteDialogProps {
  schedule: ScheduleEntry;
  onDeleted: (() => void) | undefined;
  onClose: () => void;
}

function DeleteScheduleDialog({ schedule: { id, name }, onDeleted, onClose }: DeleteDialogProps) {
  const remove = useDeleteSchedule(id);
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
      {texts.delete.about}
    </DeleteDialog>
  );
}
