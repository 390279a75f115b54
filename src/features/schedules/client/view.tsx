import { type ReactNode, useState } from 'react';
import type { RunPickers } from '#features/runs/client/settings/run-fields.tsx';
import { RunSummary } from '#features/runs/client/settings/run-summary.tsx';
import { StartConditions, TakeOverNote } from '#features/runs/client/settings/start-conditions.tsx';
import type { Schedule } from '#features/schedules/contract.ts';
import { hasCode } from '#ui/format/explain.ts';
import { Button } from '#ui/primitives/button.tsx';
import { Failure, Note } from '#ui/primitives/note.tsx';
import { showToast } from '#ui/primitives/toast.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { ScheduleActions } from './actions.tsx';
import { ScheduleEditor } from './editor.tsx';
import { toForm } from './form.ts';
import { ScheduleHistory } from './history.tsx';
import { NextTimes } from './next-times.tsx';
import { useChangeSchedule, useSchedule } from './queries.ts';
import './schedules.css';

interface ScheduleViewProps {
  scheduleId: string;
  /** Who looks. */
  userId: string;
  mayChange: (schedule: Schedule) => boolean;
  pickersOf: (projectId: string) => RunPickers;
  editing: boolean;
  onEdit: (editing: boolean) => void;
  onDeleted: () => void;
}

/** A schedule: when it is due, what it does, and what came of it. */
export function ScheduleView(props: ScheduleViewProps): ReactNode {
  const { data, error, refetch } = useSchedule(props.scheduleId);
  if (data) return <KnownSchedule {...props} schedule={data} />;
  if (!error) return <Waiting what="Loading the schedule" />;
  return (
    <>
      <h1 className="visually-hidden">Schedule</h1>
      <Failure error={error} onRetry={() => void refetch()} />
    </>
  );
}

function KnownSchedule({ schedule, userId, mayChange, pickersOf, editing, onEdit, onDeleted }: ScheduleViewProps & { schedule: Schedule }) {
  const editable = mayChange(schedule);
  return (
    <>
      <div className="page-head">
        <h1 className="truncate">{schedule.name}</h1>
        {editable && <ScheduleActions schedule={schedule} onDeleted={onDeleted} onEdit={() => onEdit(true)} />}
      </div>
      <Condition schedule={schedule} editable={editable} />
      {editing && editable ? (
        <Editing schedule={schedule} userId={userId} pickers={pickersOf(schedule.project.id)} onDone={() => onEdit(false)} />
      ) : (
        <Summary schedule={schedule} />
      )}
      <section className="section" aria-labelledby="history">
        <h2 id="history">History</h2>
        <ScheduleHistory schedule={schedule} />
      </section>
    </>
  );
}

function Condition({ schedule, editable }: { schedule: Schedule; editable: boolean }) {
  const { mutate, isPending } = useChangeSchedule(schedule.id, false);
  const { message, name } = schedule;
  const onSuccess = () => showToast(`${name} works on your behalf from now on.`);
  return (
    <StartConditions of={schedule} editable={editable} takeOver={{ busy: isPending, start: () => mutate({ message }, { onSuccess }) }} />
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
          ['Missed times', missed === 'skip' ? 'Are left out' : 'Start one run'],
          ['Runs at a time', overlap ? 'Several' : 'One'],
        ]}
      />
    </div>
  );
}

interface EditingProps {
  schedule: Schedule;
  userId: string;
  pickers: RunPickers;
  onDone: () => void;
}

function Editing({ schedule, userId, pickers, onDone }: EditingProps) {
  const [base, setBase] = useState(schedule);
  const change = useChangeSchedule(schedule.id, true);
  const conflict = hasCode(change.error, 'changed_meanwhile');
  const onSuccess = ({ name }: Schedule) => {
    onDone();
    showToast(`${name} is changed.`);
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
              Take theirs
            </Button>
          }
        >
          Somebody changed this schedule meanwhile. Take theirs, and change it again.
        </Note>
      )}
      <ScheduleEditor
        key={base.version}
        start={toForm(base)}
        pickers={pickers}
        action="Save"
        busy={change.isPending}
        error={conflict ? undefined : change.error}
        onSave={(settings) => change.mutate({ basedOn: base.version, ...settings }, { onSuccess })}
        onCancel={onDone}
      />
    </>
  );
}
