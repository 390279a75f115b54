import { useState } from 'react';
import type { UsageDay } from '#features/usage/contract.ts';
import { linearTicks } from '#ui/format/ticks.ts';
import { formatDay } from './describe-usage.ts';
import { texts } from './texts/usage.ts';

/** One segment of a stacked bar. */
interface Part {
  label: string;
  /** Name of a token: `--plot-1`. */
  colour: string;
  of: (day: UsageDay) => number;
}

export interface Measure {
  title: string;
  parts: readonly Part[];
  format: (amount: number) => string;
  /** A shorter format, for the axis. */
  formatTick: (amount: number) => string;
}

interface DayBarsProps {
  days: readonly UsageDay[];
  measure: Measure;
}

const HEIGHT = 208;
const BOTTOM = 24;
const TOP = 18;
/** Share of a day's width left empty between bars. */
const GAP = 0.18;
const MAX_DATES = 5;

/** One bar per day. The table below it gives the same figures as text. */
export function DayBars({ days, measure }: DayBarsProps) {
  const [at, setAt] = useState<number>();
  const { title, parts, format: say, formatTick } = measure;
  const sum = (day: UsageDay) => parts.reduce((total, part) => total + part.of(day), 0);
  const { max, ticks } = linearTicks(Math.max(...days.map(sum)), 4);
  const step = 100 / days.length;
  const y = (amount: number) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - amount / max);
  const pointed = at === undefined ? undefined : days[at];
  return (
    <figure className="day-bars">
      <figcaption>
        <ul className="day-bars-legend">
          {parts.map(({ label, colour, of }) => (
            <li key={label}>
              <svg width="10" height="10" aria-hidden="true">
                <rect width="10" height="10" rx="2" fill={`var(${colour})`} />
              </svg>
              {label}
              {pointed && <b className="numeric">{say(of(pointed))}</b>}
            </li>
          ))}
        </ul>
        <span className="muted numeric" aria-hidden="true">
          {pointed && formatDay(pointed.day)}
        </span>
      </figcaption>
      <div className="day-bars-plot">
        <svg width="100%" height={HEIGHT} role="img" aria-label={texts.plot.label(title)} onPointerLeave={() => setAt(undefined)}>
          {ticks.map((tick) => (
            <line key={tick} className="day-bars-grid" x1="0" x2="100%" y1={y(tick)} y2={y(tick)} />
          ))}
          {days.map((day, index) => (
            <DayBar
              key={day.day}
              day={day}
              parts={parts}
              x={index * step}
              step={step}
              y={y}
              pointed={at === index}
              onPoint={() => setAt(index)}
            />
          ))}
          {ticks.slice(1).map((tick) => (
            <text key={tick} className="day-bars-tick" x="0" y={y(tick) - 3}>
              {formatTick(tick)}
            </text>
          ))}
          {datesOf(days).map((index) => (
            <text
              key={index}
              className="day-bars-date"
              x={`${(index + 0.5) * step}%`}
              y={HEIGHT - 6}
              textAnchor={anchorOf(index, days.length)}
            >
              {formatDay(days[index]?.day ?? '')}
            </text>
          ))}
        </svg>
      </div>
    </figure>
  );
}

interface DayBarProps {
  day: UsageDay;
  parts: readonly Part[];
  /** Percent of the width. */
  x: number;
  step: number;
  y: (amount: number) => number;
  pointed: boolean;
  onPoint: () => void;
}

function DayBar({ day, parts, x, step, y, pointed, onPoint }: DayBarProps) {
  let below = 0;
  return (
    <g onPointerEnter={onPoint}>
      <rect
        className="day-bars-column"
        data-pointed={pointed || undefined}
        x={`${x}%`}
        width={`${step}%`}
        y={TOP}
        height={HEIGHT - TOP - BOTTOM}
      />
      {parts.map(({ label, colour, of }) => {
        const amount = of(day);
        const top = y(below + amount);
        const height = y(below) - top;
        below += amount;
        if (amount === 0) return null;
        // Very small amounts stay visible.
        const shown = Math.max(1.5, height - 1);
        return (
          <rect
            key={label}
            x={`${x + (step * GAP) / 2}%`}
            width={`${step * (1 - GAP)}%`}
            y={top + height - shown}
            height={shown}
            fill={`var(${colour})`}
          />
        );
      })}
    </g>
  );
}

/** The first day, the last day and some in between. */
function datesOf(days: readonly UsageDay[]): number[] {
  const count = Math.min(MAX_DATES, days.length);
  return Array.from({ length: count }, (_, index) => Math.round((index * (days.length - 1)) / Math.max(1, count - 1)));
}

const anchorOf = (index: number, count: number) => (count < 8 ? 'middle' : index === 0 ? 'start' : index === count - 1 ? 'end' : 'middle');
