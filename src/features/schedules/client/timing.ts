/** The times of a schedule as chosen in a form: a common pattern, or a cron expression for people who know cron. */
import { readCron } from '#features/schedules/cron.ts';

export type Rhythm = 'hourly' | 'daily' | 'weekdays' | 'weekly' | 'monthly' | 'cron';

export interface Timing {
  rhythm: Rhythm;
  /** Minute of the hour. */
  minute: string;
  /** `09:00`. */
  time: string;
  /** 0 is Sunday. */
  weekdays: readonly number[];
  /** 1 to 31, or L for the last. */
  day: string;
  cron: string;
}

export const firstTiming: Timing = { rhythm: 'weekdays', minute: '0', time: '09:00', weekdays: [1], day: '1', cron: '0 9 * * 1-5' };

export function toCron({ rhythm, minute, time, weekdays, day, cron }: Timing): string {
  const [hour = '', minutes = ''] = time.split(':');
  const at = `${Number(minutes)} ${Number(hour)}`;
  const timeMissing = rhythm !== 'hourly' && rhythm !== 'cron' && !/^\d\d:\d\d/.test(time);
  if (timeMissing) return '';
  switch (rhythm) {
    case 'hourly':
      return `${minute.trim()} * * * *`;
    case 'daily':
      return `${at} * * *`;
    case 'weekdays':
      return `${at} * * 1-5`;
    case 'weekly':
      return weekdays.length > 0 ? `${at} * * ${weekdays.toSorted().join(',')}` : '';
    case 'monthly':
      return `${at} ${day} * *`;
    case 'cron':
      return cron;
  }
}

/** The pattern of a cron expression; `cron` if it matches none of the common ones. */
export function toTiming(text: string): Timing {
  const other: Timing = { ...firstTiming, rhythm: 'cron', cron: text };
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = text.split(' ');
  const read = readCron(text);
  if ('problem' in read || !/^\d+$/.test(minute) || month !== '*') return other;
  if (hour === '*' && day === '*' && weekday === '*') return { ...other, rhythm: 'hourly', minute };
  if (!/^\d+$/.test(hour)) return other;
  const timed = { ...other, time: `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}` };
  if (day === '*' && weekday === '*') return { ...timed, rhythm: 'daily' };
  if (day === '*' && weekday === '1-5') return { ...timed, rhythm: 'weekdays' };
  if (day === '*') return { ...timed, rhythm: 'weekly', weekdays: read.cron.weekdays };
  return weekday === '*' && /^(\d+|L)$/.test(day) ? { ...timed, rhythm: 'monthly', day } : other;
}
