/** A cron expression, as far as words for it are needed. */
export type CronTimes =
  | { every: 'minute'; step: number }
  | { every: 'hour'; step: number; minute: number }
  /** `09:00` and so on. */
  | { every: 'day'; clock: readonly string[] };

export interface CronDays {
  /** 1 to 12; undefined: all. */
  months: readonly number[] | undefined;
  /** Undefined: all. */
  dates: readonly (number | 'last')[] | undefined;
  /** 0 is Sunday; undefined: all. */
  weekdays: readonly number[] | undefined;
}

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
const weekdayNames = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

const list = (words: readonly string[]) => (words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`);

function ordinal(day: number): string {
  const ends = ['th', 'st', 'nd', 'rd'];
  const end = day % 100 > 10 && day % 100 < 14 ? 'th' : (ends[day % 10] ?? 'th');
  return `${day}${end}`;
}

function describeTimes(times: CronTimes): string {
  if (times.every === 'day') return `at ${list(times.clock)}`;
  if (times.every === 'minute') return times.step === 1 ? 'every minute' : `every ${times.step} minutes`;
  if (times.step > 1) return `every ${times.step} hours`;
  const { minute } = times;
  return minute === 0 ? 'every hour' : `every hour at ${minute} ${minute === 1 ? 'minute' : 'minutes'} past`;
}

function describeWeekdays(weekdays: readonly number[]): string {
  const key = weekdays.join('');
  if (key === '12345') return 'every weekday';
  if (key === '06') return 'every Saturday and Sunday';
  if (weekdays.length === 7) return 'every day';
  // Weeks start on Monday.
  const ordered = weekdays.toSorted((a, b) => ((a + 6) % 7) - ((b + 6) % 7));
  return `every ${list(ordered.map((day) => weekdayNames[day] ?? ''))}`;
}

function describeDays({ months, dates, weekdays }: CronDays): string {
  const named = months && list(months.map((month) => monthNames[month - 1] ?? ''));
  const byWeekday = weekdays && describeWeekdays(weekdays);
  if (!dates) return `${byWeekday ?? 'every day'}${named ? ` in ${named}` : ''}`;
  const byDate = `on the ${list(dates.map((date) => (date === 'last' ? 'last day' : ordinal(date))))} of ${named ?? 'every month'}`;
  return byWeekday ? `${byDate} and ${byWeekday}` : byDate;
}

const fields = { minute: 'minute', hour: 'hour', day: 'day of the month', month: 'month', weekday: 'day of the week' };

/** What server and client say about cron expressions. */
export const texts = {
  /** `Every weekday at 09:00`. Days that are all days add nothing to times such as every hour. */
  cron(times: CronTimes, days: CronDays): string {
    const always = !days.months && !days.dates && !days.weekdays;
    const words = always && times.every !== 'day' ? describeTimes(times) : `${describeDays(days)} ${describeTimes(times)}`;
    return words.charAt(0).toUpperCase() + words.slice(1);
  },
  /** What is wrong with an input about schedules. */
  input: {
    cronTooLong: (max: number) => `A cron text has at most ${max} characters.`,
    timezoneTooLong: (max: number) => `A time zone has at most ${max} characters.`,
    timezone: 'There is no such time zone. Write its name, such as Europe/Berlin or UTC.',
    nothing: 'Name what is to change.',
    year: 'There was no year 0.',
  },
  cronProblems: {
    nickname: 'Write five fields, such as 0 9 * * 1-5, rather than a name with @.',
    fieldCount: (count: number) =>
      `Write five fields: minute, hour, day of the month, month, day of the week. Here ${count === 0 ? 'there is none' : count === 1 ? 'there is one' : `there are ${count}`}.`,
    inField: (field: keyof typeof fields, problem: string) => `In the field ${fields[field]}: ${problem}`,
    noSuchDay: (day: string) => `there is no day ${day} in the months of the next field.`,
    emptyPart: 'a part of the list is empty.',
    steps: (part: string) => `${part} has more than one step.`,
    noRange: (range: string) => `${range} is no range. Write one as 1-5.`,
    backwards: (range: string) => `the range ${range} runs backwards. Write the smaller end first, or two ranges.`,
    noStep: (step: string) => `the step ${step || 'after /'} is no whole number above 0.`,
    largeStep: (step: string, most: number) => `the step ${step} is too large. Use at most ${most}.`,
    noNumber: (text: string, min: number, max: number, names: readonly string[] | undefined) =>
      `${text === '' ? 'an empty text' : text} does not fit. Use ${min} to ${max}${names ? `, or a name from ${names[0]} to ${names.at(-1)}` : ''}.`,
  },
} as const;
