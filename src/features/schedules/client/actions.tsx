import { useState } from 'react';
import type { ScheduleEntry } from '#features/schedules/contract.ts';
import { Button } from '#ui/primitives/button.tsx';
import { Field } from '#ui/primitives/field.tsx';
import { FormDialog } from '#ui/primitives/form-dialog.tsx';
import { Menu } from '#ui/primitives/menu.tsx';
import { Failure } from '#ui/primitives/note.tsx';
import { showToast } from '#ui/primitives/toast.tsx';
import { isTypedName } from '#wire/hidden-characters.ts';
import { useChangeSchedule, useDeleteSchedule, useRunSchedule } from './queries.ts';

interface ScheduleActionsProps {
  schedule: ScheduleEntry;
  /** Goes where there is something else to see, once it is deleted. */
  onDeleted: () => void;
  /** Changes its settings. */
  onEdit: () => void;
}

/** All that can be done to a schedule, on its own page. */
export function ScheduleActions({ schedule, onDeleted, onEdit }: ScheduleActionsProps) {
  const [deleting, setDeleting] = useState(false);
  const run = useRun(schedule);
  const pause = usePause(schedule);
  const paused = schedule.pausedAt !== null;
  return (
    <div className="page-actions">
      <Button icon="play" busy={run.isPending} onClick={run.start}>
        Run now
      </Button>
      <Button icon={paused ? 'refresh' : 'pause'} busy={pause.isPending} onClick={pause.toggle}>
        {paused ? 'Resume' : 'Pause'}
      </Button>
      <Menu
        label={`More for ${schedule.name}`}
        items={[
          { label: 'Edit', icon: 'pencil', onSelect: onEdit },
          { label: 'Delete', icon: 'trash', kind: 'danger', onSelect: () => setDeleting(true) },
        ]}
      />
      {deleting && <DeleteScheduleDialog schedule={schedule} onDeleted={onDeleted} onClose={() => setDeleting(false)} />}
    </div>
  );
}

/** The same in a row of a list. */
export function ScheduleMenu({ schedule, onEdit }: { schedule: ScheduleEntry; onEdit: () => void }) {
  const [deleting, setDeleting] = useState(false);
  const run = useRun(schedule);
  const pause = usePause(schedule);
  const paused = schedule.pausedAt !== null;
  return (
    <>
      <Menu
        label={`More for ${schedule.name}`}
        items={[
          { label: 'Run now', icon: 'play', onSelect: run.start },
          { label: paused ? 'Resume' : 'Pause', icon: paused ? 'refresh' : 'pause', onSelect: pause.toggle },
          { label: 'Edit', icon: 'pencil', onSelect: onEdit },
          { label: 'Delete', icon: 'trash', kind: 'danger', onSelect: () => setDeleting(true) },
        ]}
      />
      {deleting && <DeleteScheduleDialog schedule={schedule} onDeleted={() => undefined} onClose={() => setDeleting(false)} />}
    </>
  );
}

function useRun({ id, name }: ScheduleEntry) {
  const { mutate, isPending } = useRunSchedule(id);
  return { isPending, start: () => mutate(undefined, { onSuccess: () => showToast(`${name} has started.`) }) };
}

function usePause({ id, name, pausedAt }: ScheduleEntry) {
  const { mutate, isPending } = useChangeSchedule(id, false);
  const resume = () => mutate({ paused: false }, { onSuccess: () => showToast(`${name} goes on with its next time.`) });
  const pause = () =>
    mutate({ paused: true }, { onSuccess: () => showToast(`${name} is paused.`, { action: { label: 'Undo', onSelect: resume } }) });
  return { isPending, toggle: pausedAt === null ? pause : resume };
}

interface DeleteDialogProps {
  schedule: ScheduleEntry;
  onDeleted: () => void;
  onClose: () => void;
}

function DeleteScheduleDialog({ schedule: { id, name }, onDeleted, onClose }: DeleteDialogProps) {
  const [typed, setTyped] = useState('');
  const remove = useDeleteSchedule(id);
  const onSuccess = () => {
    onClose();
    showToast(`${name} is deleted.`);
    onDeleted();
  };
  return (
    <FormDialog
      title={`Delete ${name}?`}
      action="Delete schedule"
      kind="danger"
      busy={remove.isPending}
      disabled={!isTypedName(typed, name)}
      onSubmit={() => remove.mutate(undefined, { onSuccess })}
      onClose={onClose}
    >
      <p>Its history is gone with it; the runs it started stay. This cannot be undone. To keep it for later, pause it.</p>
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
