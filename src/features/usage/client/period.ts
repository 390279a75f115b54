import { texts as formats } from '#ui/texts/format.ts';
import { texts } from './texts/usage.ts';

/** The periods to choose from, as written in the address. */

const DAY_MS = 86_400_000;
const MONTHS = 12;
const month = new Intl.DateTimeFormat(formats.language, { month: 'long', year: 'numeric', timeZone: 'UTC' });

/** `30d`, or a month: `2026-11`. */
export type PeriodKey = string;
export const DEFAULT_PERIOD = '30d';

const lengths = [7, 30, 90];
export const recent = lengths.map((days) => ({ key: `${days}d`, label: texts.period.last(days) }));

/** This month and the ones before it. Days are in UTC, as usage is counted. */
export function monthsUntil(now: number): { key: PeriodKey; label: string }[] {
  const today = new Date(now);
  return Array.from({ length: MONTHS }, (_, back) => {
    const first = Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - back, 1);
    return { key: dayAt(first).slice(0, 7), label: month.format(first) };
  });
}

/** @returns first and last day, both inclusive; those of the default period if the key is invalid */
export function daysOf(key: PeriodKey, now: number): { from: string; to: string } {
  const [, year, monthNumber] = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(key) ?? [];
  if (year && monthNumber && Number(year) >= 2000) {
    return { from: `${key}-01`, to: dayAt(Date.UTC(Number(year), Number(monthNumber), 0)) };
  }
  const days = lengths.find((length) => `${length}d` === key) ?? 30;
  return { from: dayAt(now - (days - 1) * DAY_MS), to: dayAt(now) };
}

const dayAt = (instant: number) => new Date(instant).toISOString().slice(0, 10);
