/** Describes cron expressions: `Every weekday at 09:00`. */
import { type Cron, readCron } from './cron.ts';
import { type CronDays, type CronTimes, texts } from './texts.ts';

/** People do not read longer lists. */
const MAX_NAMED = 6;

/** @returns undefined if an exact description would be too long: the next times are clearer */
export function describeCron(text: string): string | undefined {
  const read = readCron(text);
  if ('problem' in read) return undefined;
  const times = timesOf(read.cron);
  const days = daysOf(read.cron);
  return times && days && texts.cron(times, days);
}

function timesOf({ minutes, hours, everyHour }: Cron): CronTimes | undefined {
  const [minute = 0] = minutes;
  if (everyHour && minutes.length === 60) return { every: 'minute', step: 1 };
  if (everyHour && minutes.length === 1) return { every: 'hour', step: 1, minute };
  const step = stepOf(minutes, 60);
  if (everyHour && step) return { every: 'minute', step };
  const hourStep = stepOf(hours, 24);
  if (hourStep && minutes.length === 1 && hours.length > MAX_NAMED)
    return minute === 0 ? { every: 'hour', step: hourStep, minute } : undefined;
  const clock = hours.flatMap((hour) => minutes.map((each) => `${twoDigits(hour)}:${twoDigits(each)}`));
  return clock.length <= MAX_NAMED ? { every: 'day', clock } : undefined;
}

function daysOf({ everyDay, everyWeekday, days, lastDay, months, weekdays }: Cron): CronDays | undefined {
  const allMonths = months.length === 12;
  if (!allMonths && months.length > MAX_NAMED) return undefined;
  if (!everyDay && days.length > MAX_NAMED) return undefined;
  // A day that matches either field is enough; with months named, it would be unclear whether they apply to both.
  if (!everyDay && !everyWeekday && !allMonths) return undefined;
  return {
    months: allMonths ? undefined : months,
    dates: everyDay ? undefined : [...days, ...(lastDay ? (['last'] as const) : [])],
    weekdays: everyWeekday ? undefined : weekdays,
  };
}

/** @returns 15 for 0, 15, 30, 45 of 60; undefined if the steps do not divide the whole evenly */
function stepOf(numbers: readonly number[], whole: number): number | undefined {
  const [first = 0, second = 0] = numbers;
  const step = second - first;
  if (numbers.length < 2 || first !== 0 || whole % step !== 0 || numbers.length !== whole / step) return undefined;
  return numbers.every((number, index) => number === index * step) ? step : undefined;
}

const twoDigits = (number: number) => String(number).padStart(2, '0');
