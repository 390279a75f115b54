import type { Change } from '#features/files/contract.ts';
import type { Point } from '#features/files/history-contract.ts';
import { Time } from '#ui/format/time.tsx';
import { Icon } from '#ui/primitives/icon.tsx';
import { Menu, type MenuItem } from '#ui/primitives/menu.tsx';
import { Author } from '../author.tsx';
import { groupByDay } from './days.ts';
import { describeChange } from './describe-change.ts';
import { texts } from './texts.ts';

interface TimelineProps {
  changes: readonly Change[];
  points: readonly Point[];
  /** The number of the change that is shown. */
  current: number | undefined;
  menuOf: (change: Change) => readonly MenuItem[];
  onShow: (change: Change) => void;
}

/** Changes, newest first, by day; with the names of states. */
export function Timeline({ changes, points, current, menuOf, onShow }: TimelineProps) {
  return groupByDay(changes).map(({ name, changes: ofDay }) => (
    <section key={name} className="timeline-day" aria-label={name}>
      <h3>{name}</h3>
      <ol>
        {ofDay.map((change) => (
          <TimelineItem
            key={change.id}
            change={change}
            points={points.filter(({ at }) => at === change.number)}
            shown={change.number === current}
            menu={menuOf(change)}
            onShow={() => onShow(change)}
          />
        ))}
      </ol>
    </section>
  ));
}

interface TimelineItemProps {
  change: Change;
  points: readonly Point[];
  shown: boolean;
  menu: readonly MenuItem[];
  onShow: () => void;
}

function TimelineItem({ change, points, shown, menu, onShow }: TimelineItemProps) {
  const { number, undone, at, by } = change;
  return (
    <li className="timeline-item" data-undone={undone || undefined}>
      <button type="button" className="timeline-show" aria-pressed={shown} onClick={onShow}>
        {points.map((point) => (
          <span key={point.id} className="timeline-point">
            <Icon name="flag" />
            {point.name}
          </span>
        ))}
        <span className="timeline-what">{describeChange(change)}</span>
        <span className="timeline-who">
          <Author kind={by.kind} name={by.name} />
          <Time at={at} />
          {undone && <span className="muted">{texts.undone}</span>}
        </span>
      </button>
      <Menu label={texts.actions(number)} items={menu} />
    </li>
  );
}
