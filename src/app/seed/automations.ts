/** Schedules and triggers of the demo team, each with something in its history. */
import { randomUUID } from 'node:crypto';
import { changeSchedule, createSchedule, runSchedule } from '#features/schedules/contract.ts';
import { createTrigger } from '#features/triggers/contract.ts';
import { webhookHeaders } from '#kernel/webhook-signature.ts';
import type { Projects } from './projects.ts';
import { MODEL } from './runs.ts';
import type { Team } from './team.ts';

interface Where {
  origin: string;
  /** Whether secrets can be stored: a webhook needs one. */
  canSeal: boolean;
}

export async function seedAutomations(team: Team, { website, handbook }: Projects, { origin, canSeal }: Where): Promise<void> {
  const { ada, ben, agents } = team;
  const weekly = {
    name: 'Weekly report',
    cron: '0 9 * * 1',
    timezone: 'Europe/Berlin',
    message: 'Write reports/weekly.md: # This week\n\nRead the history for what changed.',
    level: 'autonomous' as const,
    agentId: agents.reporter.id,
    goal: { constraints: ['One page.'] },
    model: MODEL,
  };
  const params = { projectId: website.id };
  const { schedule } = (await ada.call(createSchedule, { params, body: weekly })).body;
  await ada.call(runSchedule, { params: { scheduleId: schedule.id } });
  const nightly = {
    name: 'Nightly look at open questions',
    cron: '30 2 * * *',
    timezone: 'UTC',
    message: 'Search for TODO',
    level: 'off' as const,
    model: MODEL,
  };
  const paused = (await ben.call(createSchedule, { params: { projectId: handbook.id }, body: nightly })).body.schedule;
  await ben.call(changeSchedule, { params: { scheduleId: paused.id }, body: { paused: true } });

  const onFiles = {
    name: 'Page changed',
    message: 'List the files',
    level: 'off' as const,
    model: MODEL,
    files: { path: 'content/**', byRuns: false },
  };
  await ben.call(createTrigger, { params, body: onFiles });
  if (!canSeal) return;
  const onTicket = { name: 'New ticket', message: 'Search for parcel', level: 'off' as const, model: MODEL };
  const { trigger, secret } = (await ben.call(createTrigger, { params: { projectId: handbook.id }, body: onTicket })).body;
  const ticket = JSON.stringify({ ticket: 4711, subject: 'Where is my parcel?' });
  const stamp = { id: randomUUID(), timestamp: Math.floor(Date.now() / 1000) };
  const headers = { 'content-type': 'application/json', ...webhookHeaders([secret ?? ''], stamp, ticket) };
  const sent = await fetch(new URL(trigger.webhook?.address ?? '', origin), { method: 'POST', headers, body: ticket });
  if (!sent.ok) throw new Error(`the webhook of the demo team was answered ${sent.status}`);
}
