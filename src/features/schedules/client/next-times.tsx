import { useMemo } from 'react';
import { readCron } from '#features/schedules/cron.ts';
import { describeCron } from '#features/schedules/cron-words.ts';
import { firstTimes, isTimezone } from '#features/schedules/times.ts';
import { hourCycle } from '#ui/format/clock.ts';
import { texts } from './texts.ts';

const words = texts.next;

const SHOWN = 5;

/** `Wednesday 25 November 2026 at 09:00 CET`, in local time of the time zone. */
function formatTime(instant: number, timezone: string): string {
  const format = new Intl.DateTimeFormat(words.language, {
    timeZone: timezone,
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
    ...hourCycle(),
  });
  return format.format(instant);
}

const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
const formatHere = (instant: number): string =>
  new Intl.DateTimeFormat(words.language, { weekday: 'short', hour: '2-digit', minute: '2-digit', ...hourCycle() }).format(instant);

/** The next times of a cron expression, or its problem. */
export function NextTimes({ cron, timezone }: { cron: string; timezone: string }) {
  const read = useMemo(() => readCron(cron), [cron]);
  const times = useMemo(
    () => ('cron' in read && isTimezone(timezone) ? firstTimes(read.cron, timezone, Date.now(), SHOWN) : []),
    [read, timezone],
  );
  if ('problem' in read || times.length === 0) return null;
  return (
    <div className="schedule-next">
      <p>{words.title(<b>{describeCron(cron) ?? <code>{cron}</code>}</b>, timezone)}</p>
      <ol>
        {times.map((time) => (
          <li key={time}>
            <time dateTime={new Date(time).toISOString()}>{formatTime(time, timezone)}</time>
            {timezone !== here && <span className="muted schedule-here">{words.here(formatHere(time))}</span>}
          </li>
        ))}
      </ol>
    </div>
  );
}

/** `Every weekday at 09:00 (Europe/Berlin)`; the expression itself if a description would be too long. */
export function CronWords({ cron, timezone }: { cron: string; timezone: string }) {
  return words.rule(describeCron(cron) ?? <code>{cron}</code>, timezone);
}
