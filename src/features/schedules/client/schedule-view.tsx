import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import { levels } from '#features/agents/levels.ts';
import type { Schedule } from '#features/schedules/contract.ts';
import { Button } from '#ui/button.tsx';
import { hasCode } from '#ui/explain.ts';
import { sayNumber } from '#ui/figure.ts';
import { Failure, Note } from '#ui/note.tsx';
import { Time } from '#ui/time.tsx';
import { showToast } from '#ui/toast.tsx';
import { Waiting } from '#ui/waiting.tsx';
import { NextTimes } from './next-times.tsx';
import { useChangeSchedule, useSchedule } from './queries.ts';
import type { RunPickers } from './run-fields.tsx';
import { ScheduleActions } from './schedule-actions.tsx';
import { ScheduleEditor } from './schedule-editor.tsx';
import { toForm } from './schedule-form.ts';
import { ScheduleHistory } from './schedule-history.tsx';
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

/** What keeps it from doing what it says. */
function Condition({ schedule, editable }: { schedule: Schedule; editable: boolean }) {
  const takeOver = useChangeSchedule(schedule.id, false);
  const { agent, onBehalfOf, pausedAt, message, name } = schedule;
  const hasRights = onBehalfOf.role !== null && onBehalfOf.role !== 'viewer';
  const onSuccess = () => showToast(`${name} works on your behalf from now on.`);
  return (
    <>
      {pausedAt && (
        <Note icon="pause">
          It is paused since <Time at={pausedAt} />: nothing starts until it is resumed.
        </Note>
      )}
      {!hasRights && (
        <Note
          kind="warn"
          actions={
            editable && (
              <Button size="small" busy={takeOver.isPending} onClick={() => takeOver.mutate({ message }, { onSuccess })}>
                Let it work on my behalf
              </Button>
            )
          }
        >
          It works on behalf of {onBehalfOf.name}, who {onBehalfOf.role ? 'may only watch here by now' : 'is no member any more'}. Nothing
          can start until somebody else takes it over.
        </Note>
      )}
      {agent?.archived && (
        <Note kind="warn">Its agent {agent.name} is archived. Restore it, or choose another one: until then nothing starts.</Note>
      )}
    </>
  );
}

function Summary({ schedule }: { schedule: Schedule }) {
  const { cron, timezone, message, goal, level, agent, model, budget, missed, overlap, project, onBehalfOf } = schedule;
  const facts: [string, ReactNode][] = [
    [
      'Project',
      <Link key="project" href={`/projects/${project.id}`}>
        {project.name}
      </Link>,
    ],
    ['On behalf of', onBehalfOf.name],
    ['Level', levels[level].label],
    ['Agent', agent?.name ?? 'None in particular'],
    ['Model', model ?? (agent ? 'The agent’s' : 'The default')],
    ['Budget of each run', sayBudget(budget)],
    ['Missed times', missed === 'skip' ? 'Are left out' : 'Start one run'],
    ['Runs at a time', overlap ? 'Several' : 'One'],
  ];
  return (
    <div className="stack">
      {schedule.nextAt && <NextTimes cron={cron} timezone={timezone} />}
      <div className="schedule-what">
        <h2>{goal ? 'Goal' : 'What it does'}</h2>
        <p>{message}</p>
        {goal && goal.constraints.length > 0 && (
          <ul>
            {goal.constraints.map((constraint) => (
              <li key={constraint}>{constraint}</li>
            ))}
          </ul>
        )}
      </div>
      <dl className="schedule-settings">
        {facts.map(([what, is]) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd>{is}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

const units: Record<keyof Schedule['budget'], string> = {
  steps: 'steps',
  tokens: 'tokens',
  inputTokens: 'tokens read',
  outputTokens: 'tokens written',
  cost: 'US$',
  minutes: 'minutes',
};

function sayBudget(budget: Schedule['budget']): string {
  const told = Object.entries(budget).map(([name, amount]) => `${sayNumber(amount)} ${units[name as keyof typeof units]}`);
  return told.length > 0 ? told.join(', ') : 'The server’s default';
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
      {base.onBehalfOf.id !== userId && (
        <Note>It works on behalf of {base.onBehalfOf.name}. Once you save, it works on yours, with what you may do.</Note>
      )}
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
