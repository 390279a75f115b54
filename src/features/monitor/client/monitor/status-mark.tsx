import { Icon, type IconName } from '#ui/primitives/icon.tsx';
import { texts } from '../texts/monitor.ts';
import type { Assessment } from './assess.ts';

type Status = Assessment['status'];

const icons = { ok: 'check', warning: 'alert', bad: 'alert', unknown: 'info' } as const satisfies Record<Status, IconName>;

/** A sign and a word, never only a color. */
export function StatusMark({ status, text = texts.statuses[status] }: { status: Status; text?: string }) {
  return (
    <strong className="status-mark" data-status={status}>
      <Icon name={icons[status]} />
      {text}
    </strong>
  );
}
