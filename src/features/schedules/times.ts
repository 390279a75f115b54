/**
 * The instants that a cron expression matches in a time zone.
 * When clocks go forward, a local time that does not exist that day moves later by the same amount (02:30 becomes 03:30). When they go
 * back, a time that occurs twice counts once, the first time; only with `*` for the hour do both count, since every hour is meant.
 */
import type { Cron } from './cron.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** 29 February may be up to eight years away. */
const MAX_DAYS = 9 * 366;

const formats = new Map<string, Intl.DateTimeFormat>();

/** @throws RangeError for an unknown time zone */
function formatOf(timezone: string): Intl.DateTimeFormat {
  const cached = formats.get(timezone);
  if (cached) return cached;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  // Keys come from people, in any mix of upper and lower case.
  if (formats.size > 1000) formats.clear();
  formats.set(timezone, format);
  return format;
}

/** Only names from the tz database: an offset such as +01:00 has no daylight saving time. */
export function isTimezone(timezone: string): boolean {
  if (!/^[A-Za-z]/.test(timezone)) return false;
  try {
    formatOf(timezone);
    return true;
  } catch {
    return false;
  }
}

/** How far local time is ahead of UTC, in milliseconds. */
function offsetAt(instant: number, timezone: string): number {
  const part: Record<string, number> = {};
  for (const { type, value } of formatOf(timezone).formatToParts(instant)) part[type] = Number(value);
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(instant / 1000) * 1000;
}

/** @param local local time, as if it were UTC */
function instantsOf(local: number, timezone: string, both: boolean): number[] {
  const before = offsetAt(local - DAY, timezone);
  const after = offsetAt(local + DAY, timezone);
  if (before === after) return [local - before];
  const real = [local - before, local - after].filter((instant) => offsetAt(instant, timezone) === local - instant).sort((a, b) => a - b);
  if (real.length === 0) return both ? [] : [local - before];
  return both ? real : real.slice(0, 1);
}

function fitsDay(cron: Cron, day: Date): boolean {
  if (!cron.months.includes(day.getUTCMonth() + 1)) return false;
  const isLast = new Date(day.getTime() + DAY).getUTCDate() === 1;
  const byDay = cron.days.includes(day.getUTCDate()) || (cron.lastDay && isLast);
  const byWeekday = cron.weekdays.includes(day.getUTCDay());
  if (cron.everyDay) return byWeekday;
  return cron.everyWeekday ? byDay : byDay || byWeekday;
}

/** @param day its start, as if it were UTC */
function instantsOn(cron: Cron, day: number, timezone: string): number[] {
  const locals = cron.hours.flatMap((hour) => cron.minutes.map((minute) => day + (hour * 60 + minute) * MINUTE));
  const offset = offsetAt(day - DAY, timezone);
  const plain = offset === offsetAt(day + 2 * DAY, timezone);
  const instants = plain ? locals.map((local) => local - offset) : locals.flatMap((local) => instantsOf(local, timezone, cron.everyHour));
  return [...new Set(instants)].sort((a, b) => a - b);
}

/** @param after milliseconds since 1970 @returns the following times, without end */
export function* timesAfter(cron: Cron, timezone: string, after: number): Generator<number, void, void> {
  const local = after + offsetAt(after, timezone);
  let last = after;
  let idle = 0;
  // Starts a day early: a time that does not exist may have moved to the next day.
  for (let day = local - (((local % DAY) + DAY) % DAY) - DAY; idle <= MAX_DAYS; day += DAY, idle++) {
    if (!fitsDay(cron, new Date(day))) continue;
    for (const instant of instantsOn(cron, day, timezone)) {
      if (instant <= last) continue;
      last = instant;
      idle = 0;
      yield instant;
    }
  }
}

export function firstTimes(cron: Cron, timezone: string, after: number, count: number): number[] {
  const found: number[] = [];
  for (const instant of timesAfter(cron, timezone, after)) {
    found.push(instant);
    if (found.length >= count) break;
  }
  return found;
}
