import type { LoadReport } from '#features/monitor/load-report.ts';
import { Icon, type IconName } from '#ui/primitives/icon.tsx';
import { texts } from '../texts/report.ts';
import './target-list.css';

type Outcome = keyof typeof texts.outcomes;

const marks = { met: 'check', missed: 'close', skipped: 'info' } as const satisfies Record<Outcome, IconName>;

/** Shows the outcome as a sign and a word, not only as a color. */
export function OutcomeMark({ outcome }: { outcome: Outcome }) {
  return (
    <span className="outcome" data-outcome={outcome}>
      <Icon name={marks[outcome]} />
      {texts.outcomes[outcome]}
    </span>
  );
}

export function TargetList({ targets }: { targets: LoadReport['targets'] }) {
  return (
    <ul className="target-list">
      {targets.map(({ met, text }) => (
        <li key={text}>
          <OutcomeMark outcome={met ? 'met' : 'missed'} />
          <span>{text}</span>
        </li>
      ))}
    </ul>
  );
}
