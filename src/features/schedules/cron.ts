/**
 * Cron expressions: five fields, minute hour day month weekday, each `*`, a number, a range `1-5`, a step such as `0-59/15`, or a list of
 * these; months and weekdays also by name, and `L` for the last day of a month. If both day and weekday are set, a day that matches either
 * one matches, as in every cron.
 */
import { texts } from './texts.ts';

export interface Cron {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly days: readonly number[];
  readonly months: readonly number[];
  /** 0 is Sunday. */
  readonly weekdays: readonly number[];
  /** The last day of the month. */
  readonly lastDay: boolean;
  readonly everyHour: boolean;
  readonly everyDay: boolean;
  readonly everyWeekday: boolean;
}

interface Field {
  name: keyof typeof fields;
  min: number;
  max: number;
  /** Names for the numbers, starting at `min`. */
  names?: readonly string[];
}

const monthNames = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const weekdayNames = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const fields = {
  minute: { name: 'minute', min: 0, max: 59 },
  hour: { name: 'hour', min: 0, max: 23 },
  day: { name: 'day', min: 1, max: 31 },
  month: { name: 'month', min: 1, max: 12, names: monthNames },
  // 7 is also Sunday.
  weekday: { name: 'weekday', min: 0, max: 7, names: weekdayNames },
} as const;

/** Days per month in a leap year. */
const longest = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

class CronProblem extends Error {}

/** @returns the parsed expression, or a sentence that names the problem and its field */
export function readCron(text: string): { cron: Cron } | { problem: string } {
  try {
    return { cron: parse(text) };
  } catch (error) {
    if (error instanceof CronProblem) return { problem: error.message };
    throw error;
  }
}

function parse(text: string): Cron {
  const parts = text.trim().split(/\s+/);
  if (text.trim().startsWith('@')) throw new CronProblem(texts.cronProblems.nickname);
  if (parts.length !== 5) throw new CronProblem(texts.cronProblems.fieldCount(parts[0] === '' ? 0 : parts.length));
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = parts;
  const otherDays = day.split(',').filter((part) => !isLast(part));
  const hours = readField(hour, fields.hour);
  const cron: Cron = {
    minutes: readField(minute, fields.minute),
    hours,
    days: otherDays.length > 0 ? readField(otherDays.join(','), fields.day) : [],
    months: readField(month, fields.month),
    weekdays: [...new Set(readField(weekday, fields.weekday).map((number) => number % 7))].sort((a, b) => a - b),
    lastDay: day.split(',').some(isLast),
    everyHour: hours.length === 24,
    everyDay: day === '*',
    everyWeekday: weekday === '*',
  };
  if (!hasDays(cron)) throw problemIn(fields.day, texts.cronProblems.noSuchDay(day));
  return cron;
}

/** 30 February never occurs. */
function hasDays({ days, months, lastDay, everyWeekday }: Cron): boolean {
  return lastDay || !everyWeekday || months.some((month) => days.some((day) => day <= (longest[month - 1] ?? 0)));
}

const isLast = (part: string) => part.toUpperCase() === 'L';

function readField(text: string, field: Field): number[] {
  const found = new Set(text.split(',').flatMap((part) => readPart(part, field)));
  return [...found].sort((a, b) => a - b);
}

function readPart(part: string, field: Field): number[] {
  const [range = '', step, ...rest] = part.split('/');
  if (part === '' || rest.length > 0) throw problemIn(field, part === '' ? texts.cronProblems.emptyPart : texts.cronProblems.steps(part));
  const [from, to] = readRange(range, step !== undefined, field);
  const size = step === undefined ? 1 : readStep(step, field);
  const numbers: number[] = [];
  for (let number = from; number <= to; number += size) numbers.push(number);
  return numbers;
}

/** A single number with a step extends to the end of the field. */
function readRange(range: string, stepped: boolean, field: Field): [from: number, to: number] {
  const end = field === fields.weekday ? 6 : field.max;
  if (range === '*') return [field.min, end];
  const [from = '', to, ...rest] = range.split('-');
  if (rest.length > 0) throw problemIn(field, texts.cronProblems.noRange(range));
  const first = readNumber(from, field);
  if (to === undefined) return [first, stepped ? end : first];
  const last = readNumber(to, field);
  if (last < first) throw problemIn(field, texts.cronProblems.backwards(range));
  return [first, last];
}

function readStep(text: string, field: Field): number {
  const step = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (step < 1) throw problemIn(field, texts.cronProblems.noStep(text));
  if (step > field.max) throw problemIn(field, texts.cronProblems.largeStep(text, field.max));
  return step;
}

function readNumber(text: string, field: Field): number {
  const named = field.names?.indexOf(text.toLowerCase()) ?? -1;
  if (named >= 0) return named + field.min;
  const number = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= field.min && number <= field.max) return number;
  throw problemIn(field, texts.cronProblems.noNumber(text.slice(0, 20), field.min, field.max, field.names));
}

function problemIn(field: Field, sentence: string): CronProblem {
  return new CronProblem(texts.cronProblems.inField(field.name, sentence));
}
