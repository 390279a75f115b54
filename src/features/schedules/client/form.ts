/** The form of a schedule, and the request made from it. */

import { emptyRunForm, type RunForm, toRunForm, toRunSettings } from '#features/runs/client/automations/run-form.ts';
import type { NewSchedule, Schedule } from '#features/schedules/contract.ts';
import { readCron } from '#features/schedules/cron.ts';
import { isTimezone } from '#features/schedules/times.ts';
import { firstTiming, type Timing, toCron, toTiming } from './timing.ts';

export interface ScheduleForm {
  name: string;
  timing: Timing;
  timezone: string;
  run: RunForm;
  missed: Schedule['missed'];
  overlap: boolean;
}

export const emptyForm = (): ScheduleForm => ({
  name: '',
  timing: firstTiming,
  // Some browsers do not report one.
  timezone: Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC',
  run: emptyRunForm,
  missed: 'skip',
  overlap: false,
});

export const toForm = (schedule: Schedule): ScheduleForm => ({
  name: schedule.name,
  timing: toTiming(schedule.cron),
  timezone: schedule.timezone,
  run: toRunForm(schedule),
  missed: schedule.missed,
  overlap: schedule.overlap,
});

export function toSettings({ name, timing, timezone, run, missed, overlap }: ScheduleForm): NewSchedule {
  return { ...(name.trim() !== '' && { name: name.trim() }), cron: toCron(timing), timezone, ...toRunSettings(run), missed, overlap };
}

/** Whether its times are valid; problems are shown next to their fields. */
export const hasTimes = ({ timing, timezone }: ScheduleForm): boolean => 'cron' in readCron(toCron(timing)) && isTimezone(timezone);
