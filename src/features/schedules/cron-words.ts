/** Describes cron expressions: `Every weekday at 09:00`. */
import { type Cron, readCron } from './cron.ts';

const weekdayNames = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
/** People do not read longer lists. */
const MAX_NAMED = 6;

/** @returns undefined if an exact description would be too long: the next times are clearer */
export function describeCron(text: string): string | undefined {
  const read = readCron(text);
  if ('problem' in read) return undefined;
  const times = describeTimes(read.cron);
  const days = describeDays(read.cron);
  if (times === undefined || days === undefined) return undefined;
  const words = days.oftenest && times.startsWith('every') ? times : `${days.words} ${times}`;
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function describeTimes({ minutes, hours, everyHour }: Cron): string | undefined {
  const [minute = 0] = minutes;
  const step = stepOf(minutes, 60);
  if (everyHour && minutes.length === 60) return 'every minute';
  if (everyHour && minutes.length === 1)
    return minute === 0 ? 'every hour' : `every hour at ${minute} ${minute === 1 ? 'minute' : 'minutes'} past`;
  if (everyHour && step) return `every ${step} minutes`;
  const hourStep = stepOf(hours, 24);
  if (hourStep && minutes.length === 1 && hours.length > MAX_NAMED) return minute === 0 ? `every ${hourStep} hours` : undefined;
  const clock = hours.flatMap((hour) => minutes.map((each) => `${twoDigits(hour)}:${twoDigits(each)}`));
  return clock.length <= MAX_NAMED ? `at ${list(clock)}` : undefined;
}

/** `oftenest`: it matches every day, so naming the days may add nothing. */
function describeDays(cron: Cron): { words: string; oftenest: boolean } | undefined {
  const inMonths = describeMonths(cron);
  if (inMonths === undefined) return undefined;
  const byDay = cron.everyDay ? undefined : describeDaysOfMonth(cron);
  const byWeekday = cron.everyWeekday ? undefined : describeWeekdays(cron);
  if (cron.everyDay && cron.everyWeekday) return { words: `every day${inMonths}`, oftenest: inMonths === '' };
  if (cron.everyDay) return byWeekday ? { words: byWeekday + inMonths, oftenest: false } : undefined;
  if (!byDay) return undefined;
  const ofMonths = `${byDay} of ${inMonths === '' ? 'every month' : inMonths.replace(' in ', '')}`;
  if (cron.everyWeekday) return { words: ofMonths, oftenest: false };
  // A day that matches either field is enough; with months named, it would be unclear whether they apply to both.
  return byWeekday && inMonths === '' ? { words: `${ofMonths} and ${byWeekday}`, oftenest: false } : undefined;
}

function describeDaysOfMonth({ days, lastDay }: Cron): string | undefined {
  if (days.length > MAX_NAMED) return undefined;
  const named = [...days.map(ordinal), ...(lastDay ? ['last day'] : [])];
  return `on the ${list(named)}`;
}

function describeWeekdays({ weekdays }: Cron): string | undefined {
  const key = weekdays.join('');
  if (key === '12345') return 'every weekday';
  if (key === '06') return 'every Saturday and Sunday';
  if (weekdays.length === 7) return 'every day';
  // Weeks start on Monday.
  const ordered = weekdays.toSorted((a, b) => ((a + 6) % 7) - ((b + 6) % 7));
  return weekdays.length <= MAX_NAMED ? `every ${list(ordered.map((day) => weekdayNames[day] ?? ''))}` : undefined;
}

function describeMonths({ months }: Cron): string | undefined {
  if (months.length === 12) return '';
  return months.length <= MAX_NAMED ? ` in ${list(months.map((month) => monthNames[month - 1] ?? ''))}` : undefined;
}

/** @returns 15 for 0, 15, 30, 45 of 60; undefined if the steps do not divide the whole evenly */
function stepOf(numbers: readonly number[], whole: number): number | undefined {
  const [first = 0, second = 0] = numbers;
  const step = second - first;
  if (numbers.length < 2 || first !== 0 || whole % step !== 0 || numbers.length !== whole / step) return undefined;
  return numbers.every((number, index) => number === index * step) ? step : undefined;
}

const twoDigits = (number: number) => String(number).padStart(2, '0');

function ordinal(day: number): string {
  const ends = ['th', 'st', 'nd', 'rd'];
  const end = day % 100 > 10 && day % 100 < 14 ? 'th' : (ends[day % 10] ?? 'th');
  return `${day}${end}`;
}

function list(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
