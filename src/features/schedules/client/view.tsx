import { useState } from 'react';
import type { User } from '#features/accounts/contract.ts';
import type { Project } from '#features/projects/contract.ts';
import { RunSummary } from '#features/runs/client/automations/run-summary.tsx';
import { TakeOverNote } from '#features/runs/client/automations/start-conditions.tsx';
import { AutomationLoader, AutomationView } from '#features/runs/client/automations/view.tsx';
import type { Schedule } from '#features/schedules/contract.ts';
import { hasCode } from '#ui/format/explain.ts';
import { Button } from '#ui/primitives/button.tsx';
import { Note } from '#ui/primitives/note.tsx';
import { showToast } from '#ui/primitives/toast.tsx';
import { ScheduleActions } from './actions.tsx';
import { ScheduleEditor } from './editor.tsx';
import { toForm } from './form.ts';
import { ScheduleHistory } from './history.tsx';
import { NextTimes } from './next-times.tsx';
import { useChangeSchedule, useSchedule } from './queries.ts';
import { texts } from './texts.ts';
import './schedules.css';

interface ScheduleViewProps {
  scheduleId: string;
  /** The signed-in user. */
  user: User;
  editing: boolean;
  onEdit: (editing: boolean) => void;
  onDeleted: () => void;
}

/** A schedule: when it is due, what it does, and its history. */
export const ScheduleView = ({ scheduleId, user, ...place }: ScheduleViewProps) => (
  <AutomationLoader noun="schedule" found={useSchedule(scheduleId)} user={user}>
    {(schedule, editableIn) => <KnownSchedule schedule={schedule} editableIn={editableIn} userId={user.id} {...place} />}
  </AutomationLoader>
);

interface KnownScheduleProps extends Omit<ScheduleViewProps, 'scheduleId' | 'user'> {
  schedule: Schedule;
  /** Undefined if the user may not change the schedule. */
  editableIn: Project | undefined;
  userId: string;
}

function KnownSchedule({ schedule, editableIn, userId, editing, onEdit, onDeleted }: KnownScheduleProps) {
  const takeOver = useChangeSchedule(schedule.id, false);
  return (
    <AutomationView
      of={schedule}
      actions={editableIn && <ScheduleActions schedule={schedule} onDeleted={onDeleted} onEdit={() => onEdit(true)} />}
      takeOver={editableIn && takeOver}
      history={<ScheduleHistory schedule={schedule} />}
    >
      {editing && editableIn ? (
        <Editing schedule={schedule} project={editableIn} userId={userId} onDone={() => onEdit(false)} />
      ) : (
        <Summary schedule={schedule} />
      )}
    </AutomationView>
  );
}

function Summary({ schedule }: { schedule: Schedule }) {
  const { cron, timezone, missed, overlap } = schedule;
  return (
    <div className="stack">
      {schedule.nextAt && <NextTimes cron={cron} timezone={timezone} />}
      <RunSummary
        of={schedule}
        more={[
          [texts.summary.missed, missed === 'skip' ? texts.summary.missedSkip : texts.summary.missedOnce],
          [texts.summary.overlap, overlap ? texts.summary.overlapAlways : texts.summary.overlapNever],
        ]}
      />
    </div>
  );
}

interface EditingProps {
  schedule: Schedule;
  userId: string;
  project: Project;
  onDone: () => void;
}

function Editing({ schedule, project, userId, onDone }: EditingProps) {
  const [base, setBase] = useState(schedule);
  const change = useChangeSchedule(schedule.id, true);
  const conflict = hasCode(change.error, 'changed_meanwhile');
  const onSuccess = ({ name }: Schedule) => {
    onDone();
    showToast(texts.editor.saved(name));
  };
  return (
    <>
      {base.onBehalfOf.id !== userId && <TakeOverNote from={base.onBehalfOf.name} />}
      {conflict && (
        <Note
          kind="warn"
          actions={
            <Button
              size="small"
              onClick={() => {
                setBase(schedule);
                change.reset();
              }}
            >
              {texts.editor.takeTheirs}
            </Button>
          }
        >
          {texts.editor.conflict}
        </Note>
      )}
      <ScheduleEditor
        key={base.version}
        start={toForm(base)}
        project={project}
        action={texts.editor.save}
        busy={change.isPending}
        error={conflict ? undefined : change.error}
        onSave={(settings) => change.mutate({ basedOn: base.version, ...settings }, { onSuccess })}
        onCancel={onDone}
      />
    </>
  );
}
