import type { ReactNode } from 'react';
import { sentence } from '#ui/format/sentence.ts';
import type { Rhythm } from './timing.ts';

const rhythms: Readonly<Record<Rhythm, string>> = {
  hourly: 'Every hour',
  daily: 'Every day',
  weekdays: 'Every weekday',
  weekly: 'Every week',
  monthly: 'Every month',
  cron: 'As a cron text says',
};

/** What the screens of schedules say. */
export const texts = {
  list: {
    about:
      'A schedule starts a run at its times, such as every weekday at 09:00, whether or not anyone is there. What needs a person waits in the inbox.',
    /** For screen readers, before a time. */
    next: 'Next ',
    never: 'Never ran',
    new: 'New schedule',
  },
  actions: {
    run: 'Run now',
    started: (name: string) => `${name} has started.`,
    resumed: (name: string) => `${name} goes on with its next time.`,
  },
  delete: {
    title: (name: string) => `Delete ${name}?`,
    action: 'Delete schedule',
    about: 'Its history is gone with it; the runs it started stay. This cannot be undone. To keep it for later, pause it.',
    done: (name: string) => `${name} is deleted.`,
  },
  editor: {
    create: 'Create schedule',
    created: (name: string) => `“${name}” starts at its next time.`,
    save: 'Save',
    saved: (name: string) => `${name} is changed.`,
    conflict: 'Someone changed this schedule meanwhile. Take theirs, and change it again.',
    takeTheirs: 'Take theirs',
    name: 'Name',
    nameHint: 'Left empty, the beginning of what it does.',
    missed: 'If no server is running at its time',
    missedSkip: 'Leave it out, and tell so in the history',
    missedOnce: 'Start one run as soon as a server is there again, however many times were missed',
    overlap: 'If the run before is still going',
    overlapNever: 'Leave the time out: never two at a time',
    overlapAlways: 'Start all the same: several may be at work at a time',
  },
  timing: {
    title: 'When',
    rhythm: 'How often',
    rhythms,
    timezone: 'Time zone',
    noTimezone: 'There is no such time zone. Write its name, such as Europe/Berlin.',
    cron: 'Cron text',
    cronHint: 'Minute, hour, day of the month, month, day of the week',
    minute: 'Minutes past the hour',
    wrongMinute: 'Write 0 to 59.',
    time: 'Time',
    noTime: 'Choose a time.',
    day: 'Day',
    lastDay: 'the last',
    rareDay: 'Months without this day are left out.',
    weekdays: 'Days of the week',
    weekdayNames: {
      1: 'Monday',
      2: 'Tuesday',
      3: 'Wednesday',
      4: 'Thursday',
      5: 'Friday',
      6: 'Saturday',
      0: 'Sunday',
    },
    noWeekday: 'Choose at least one day.',
  },
  next: {
    /** Of dates. */
    language: 'en-GB',
    title: (times: ReactNode, timezone: string) => sentence`${times} (${timezone}). The next times:`,
    here: (time: string) => ` · ${time} here`,
    rule: (times: ReactNode, timezone: string) => sentence`${times} (${timezone})`,
  },
  summary: {
    missed: 'Missed times',
    missedSkip: 'Are left out',
    missedOnce: 'Start one run',
    overlap: 'Runs at a time',
    overlapNever: 'One',
    overlapAlways: 'Several',
  },
  history: {
    none: 'What comes of each of its times is told here. Run it now to see what it does.',
    manual: 'Started by hand',
    missed: (count: number, from: string, to: string) =>
      count === 1 ? `Missed once, at ${from}.` : `Missed ${count} times, from ${from} to ${to}.`,
    missedStarted: (count: number, from: string, to: string) =>
      `${count === 1 ? `Missed once, at ${from}.` : `Missed ${count} times, from ${from} to ${to}.`} Started once for that.`,
  },
} as const;
