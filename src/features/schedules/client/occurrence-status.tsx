import { Link } from 'wouter';
import type { Occurrence } from '#features/schedules/contract.ts';
import { Icon, type IconName } from '#ui/primitives/icon.tsx';

type Told = Pick<Occurrence, 'status' | 'run' | 'reason'>;
type Look = { label: string; kind: 'ok' | 'warn' | 'danger' | 'plain'; icon: IconName };

const outcomes: Record<Exclude<Occurrence['status'], 'started'>, Look> = {
  skipped: { label: 'Skipped', kind: 'plain', icon: 'skip' },
  missed: { label: 'Missed', kind: 'warn', icon: 'alert' },
  failed: { label: 'Not started', kind: 'danger', icon: 'alert' },
};
const runs: Record<NonNullable<Occurrence['run']>['status'], Look> = {
  queued: { label: 'Queued', kind: 'plain', icon: 'clock' },
  running: { label: 'Working', kind: 'plain', icon: 'agent' },
  waiting: { label: 'Needs you', kind: 'warn', icon: 'person' },
  done: { label: 'Done', kind: 'ok', icon: 'check' },
  failed: { label: 'Failed', kind: 'danger', icon: 'alert' },
  stopped: { label: 'Stopped', kind: 'plain', icon: 'stop' },
};
const gone: Look = { label: 'Started', kind: 'plain', icon: 'check' };

function lookOf({ status, run }: Told): Look {
  if (status !== 'started') return outcomes[status];
  return run ? runs[run.status] : gone;
}

/** What came of a due time: its run as it is now, or why there is none. */
export function OccurrenceStatus({ occurrence, projectId }: { occurrence: Told; projectId: string }) {
  const { label, kind, icon } = lookOf(occurrence);
  const mark = (
    <>
      <Icon name={icon} />
      {label}
    </>
  );
  const { run, reason } = occurrence;
  if (!run)
    return (
      <span className="schedule-status" data-kind={kind} title={reason ?? undefined}>
        {mark}
      </span>
    );
  return (
    <Link className="schedule-status" data-kind={kind} href={`/projects/${projectId}?run=${run.id}`} title={run.title}>
      {mark}
    </Link>
  );
}
