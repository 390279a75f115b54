import type { RunStatus } from '#features/runs/contract.ts';
import { Icon, type IconName } from '#ui/primitives/icon.tsx';
import { texts } from './texts/words.ts';

const icons: Partial<Record<RunStatus, IconName>> = { waiting: 'person', done: 'check', failed: 'alert', stopped: 'stop' };

/** @param paused queued, and not claimed while autonomy is switched off */
export const describeStatus = (status: RunStatus, paused: boolean): string => (paused ? texts.held : texts.statuses[status]);

export function RunStatusMark({ status, held: paused }: { status: RunStatus; held: boolean }) {
  const icon = paused ? 'stop' : icons[status];
  return (
    <span className="run-status" data-status={status}>
      {icon ? <Icon name={icon} /> : <span className="spinner" />}
      {describeStatus(status, paused)}
    </span>
  );
}
