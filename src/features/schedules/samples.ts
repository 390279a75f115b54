import { runSettings } from '#features/runs/samples.ts';
import type { Samples } from '../../../test/harness/fixture.ts';

const settings = { cron: '0 0 1 1 *', timezone: 'Europe/Berlin', ...runSettings, missed: 'once', overlap: true };

export const samples: Samples = {
  listSchedules: ({ projectId }) => ({ params: { projectId } }),
  listAllSchedules: ({ organizationId }) => ({ query: { organization: organizationId } }),
  createSchedule: ({ projectId, agentId }) => ({ params: { projectId }, body: { name: 'Reminder', ...settings, agentId } }),
  getSchedule: ({ scheduleId }) => ({ params: { scheduleId } }),
  changeSchedule: ({ scheduleId, agentId }) => ({
    params: { scheduleId },
    body: { basedOn: 1, name: 'Reminder', paused: true, ...settings, agentId },
  }),
  deleteSchedule: ({ scheduleId }) => ({ params: { scheduleId } }),
  runSchedule: ({ scheduleId }) => ({ params: { scheduleId } }),
  listOccurrences: ({ scheduleId }) => ({ params: { scheduleId }, query: { before: '2026-11-24T09:00:00Z', limit: '5' } }),
  listScheduleTimes: () => ({ query: { cron: '0 9 * * 1-5', timezone: 'Europe/Berlin', count: '3' } }),
};
