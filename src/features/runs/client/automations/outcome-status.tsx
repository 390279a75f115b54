import { Link } from 'wouter';
import { Icon, type IconName } from '#ui/primitives/icon.tsx';
import type { Outcome } from './automation.ts';
import './outcome-status.css';

type Look = { label: string; kind: 'ok' | 'warn' | 'danger' | 'plain'; icon: IconName };

const outcomes: Record<Exclude<Outcome['status'], 'started'>, Look> = {
  skipped: { label: 'Skipped', kind: 'plain', icon: 'skip' },
  missed: { label: 'Missed', kind: 'warn', icon: 'alert' },
  failed: { label: 'Not started', kind: 'danger', icon: 'alert' },
};
const runs: Record<NonNullable<Outcome['run']>['status'], Look> = {
  queued: { label: 'Queued', kind: 'plain', icon: 'clock' },
  running: { label: 'Working', kind: 'plain', icon: 'agent' },
  waiting: { label: 'Needs you', kind: 'warn', icon: 'person' },
  done: { label: 'Done', kind: 'ok', icon: 'check' },
  failed: { label: 'Failed', kind: 'danger', icon: 'alert' },
  stopped: { label: 'Stopped', kind: 'plain', icon: 'stop' },
};
const gone: Look = { label: 'Started', kind: 'plain', icon: 'check' };

function lookOf({ status, run }: Outcome): Look {
  if (status !== 'started') return outcomes[status];
  return run ? runs[run.status] : gone;
}

/** The outcome of a start: the current state of its run, or why there is none. */
export function OutcomeStatus({ of, projectId }: { of: Outcome; projectId: string }) {
  const { label, kind, icon } = lookOf(of);
  const mark = (
    <>
      <Icon name={icon} />
      {label}
    </>
  );
  const { run, reason } = of;
  if (!run)
    return (
      <span className="automation-status" data-kind={kind} title={reason ?? undefined}>
        {mark}
      </span>
    );
  return (
    <Link className="automation-status" data-kind={kind} href={`/projects/${projectId}?run=${run.id}`} title={run.title}>
      {mark}
    </Link>
  );
}
