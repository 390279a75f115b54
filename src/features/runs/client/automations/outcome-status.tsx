import { Link } from 'wouter';
import { Icon, type IconName } from '#ui/primitives/icon.tsx';
import { texts } from '../texts/automations.ts';
import { texts as runWords } from '../texts/words.ts';
import type { Outcome } from './automation.ts';
import './outcome-status.css';

interface Look {
  kind: 'ok' | 'warn' | 'danger' | 'plain';
  icon: IconName;
}

const outcomes: Record<Outcome['status'], Look> = {
  started: { kind: 'plain', icon: 'check' },
  skipped: { kind: 'plain', icon: 'skip' },
  missed: { kind: 'warn', icon: 'alert' },
  failed: { kind: 'danger', icon: 'alert' },
};
const runs: Record<NonNullable<Outcome['run']>['status'], Look> = {
  queued: { kind: 'plain', icon: 'clock' },
  running: { kind: 'plain', icon: 'agent' },
  waiting: { kind: 'warn', icon: 'person' },
  done: { kind: 'ok', icon: 'check' },
  failed: { kind: 'danger', icon: 'alert' },
  stopped: { kind: 'plain', icon: 'stop' },
};

function lookOf({ status, run }: Outcome): Look & { label: string } {
  return status === 'started' && run
    ? { ...runs[run.status], label: runWords.statuses[run.status] }
    : { ...outcomes[status], label: texts.outcomes[status] };
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
