import type { RunStatus } from '#features/runs/contract.ts';
import { Icon, type IconName } from '#ui/icon.tsx';

const looks: Record<RunStatus, { label: string; icon?: IconName }> = {
  queued: { label: 'Queued' },
  running: { label: 'Working' },
  waiting: { label: 'Needs you', icon: 'person' },
  done: { label: 'Done', icon: 'check' },
  failed: { label: 'Failed', icon: 'alert' },
  stopped: { label: 'Stopped', icon: 'stop' },
};

export const sayStatus = (status: RunStatus): string => looks[status].label;

export function RunStatusMark({ status }: { status: RunStatus }) {
  const { label, icon } = looks[status];
  return (
    <span className="run-status" data-status={status}>
      {icon ? <Icon name={icon} /> : <span className="spinner" />}
      {label}
    </span>
  );
}
