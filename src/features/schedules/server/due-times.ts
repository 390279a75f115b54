/** Which due times of a schedule are processed together, and when the next one is. */
import { MISSED_AFTER_SECONDS, type MissedPolicy } from '#features/schedules/contract.ts';
import { readCron } from '#features/schedules/cron.ts';
import { firstTimes, timesAfter } from '#features/schedules/times.ts';

interface Due {
  cron: string;
  timezone: string;
  missed: MissedPolicy;
  /** The earliest unprocessed one. */
  next_at: string;
  now: string;
  seconds_late: number;
}

export interface DueTimes {
  /** Their outcome: one run, or an entry that they were missed. */
  starts: boolean;
  dueAt: string;
  missed: { count: number; since: string } | null;
  nextAt: string;
}

const toInstant = (milliseconds: number) => new Date(milliseconds).toISOString();

/** @throws Error for an invalid expression: stored ones were validated */
function parse(text: string) {
  const read = readCron(text);
  if ('problem' in read) throw new Error(`a stored cron text cannot be read: ${read.problem}`);
  return read.cron;
}

/** @param after an instant */
export function nextTime(cron: string, timezone: string, after: string): string {
  return toInstant(firstTimes(parse(cron), timezone, Date.parse(after), 1)[0] ?? Number.NaN);
}

/**
 * With `skip`, a due time starts a run unless no server polled for a minute: then all times up to a minute ago become one entry. With
 * `once`, all times older than a minute become one run together with the later ones, whatever delayed them.
 */
export function planDueTimes({ cron, timezone, missed, next_at, now, seconds_late }: Due): DueTimes {
  const first = Date.parse(next_at);
  const minuteAgo = Date.parse(now) - MISSED_AFTER_SECONDS * 1000;
  const onTime = missed === 'skip' ? seconds_late <= MISSED_AFTER_SECONDS : first >= minuteAgo;
  if (onTime) return { starts: true, dueAt: next_at, missed: null, nextAt: nextTime(cron, timezone, next_at) };
  const until = missed === 'skip' ? minuteAgo : Date.parse(now);
  let count = 1;
  let last = first;
  for (const time of timesAfter(parse(cron), timezone, first)) {
    if (time > until)
      return { starts: missed === 'once', dueAt: toInstant(last), missed: { count, since: next_at }, nextAt: toInstant(time) };
    count++;
    last = time;
  }
  throw new Error('a cron text has an end');
}
