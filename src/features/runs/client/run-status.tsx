import type { RunStatus } from '#features/runs/contract.ts';
import { Icon, type IconName } from '#ui/primitives/icon.tsx';

const looks: Record<RunStatus, { label: string; icon?: IconName }> = {
  queued: { label: 'Queued' },
  running: { label: 'Working' },
  waiting: { label: 'Needs you', icon: 'person' },
  done: { label: 'Done', icon: 'check' },
  failed: { label: 'Failed', icon: 'alert' },
  stopped: { label: 'Stopped', icon: 'stop' },
};

/** Queued, and not claimed while autonomy is switched off. */
const pausedStatus = { label: 'Held', icon: 'stop' } as const;

export const describeStatus = (status: RunStatus, paused: boolean): string => (paused ? pausedStatus : looks[status]).label;

export function RunStatusMark({ status, held: paused }: { status: RunStatus; held: boolean }) {
  const { label, icon } = paused ? pausedStatus : looks[status];
  return (
    <span className="run-status" data-status={status}>
      {icon ? <Icon name={icon} /> : <span className="spinner" />}
      {label}
    </span>
  );
}
