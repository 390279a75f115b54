import { inOrganization, signedIn } from '#features/accounts/server/access.ts';
import { actorOf } from '#features/audit-log/server/access.ts';
import { whenAsked } from '#features/limits/server/limits.ts';
import { inProject } from '#features/projects/server/access.ts';
import type { Projects } from '#features/projects/server/projects.ts';
import * as contract from '#features/schedules/contract.ts';
import { type Limit, type Route, reply, route } from '#kernel/http/route.ts';
import { idempotencyKeyOf } from '#kernel/idempotency.ts';
import { ofSchedule } from './access.ts';
import { describe } from './describe.ts';
import type { Schedules } from './schedules.ts';

interface Options {
  schedules: Schedules;
  projects: Projects;
  limits: { api: Limit; autonomy: Limit; unlessSignedIn: Limit };
}

/** The change pauses the schedule and does nothing else. */
const onlyPauses = ({ paused, basedOn: _, ...more }: contract.ScheduleChanges) => paused === true && Object.keys(more).length === 0;
const unlessPaused = (limit: Limit) =>
  whenAsked(limit, 'the request does more than pause', ({ body }: { body: contract.ScheduleChanges }) => !onlyPauses(body));

export const scheduleRoutes = ({ schedules, projects, limits: { api, autonomy, unlessSignedIn } }: Options): Route[] => [
  route(contract.listSchedules, [api], inProject(projects, 'project.read'), async ({ auth }) =>
    reply(200, { schedules: await schedules.list(auth.projectId) }),
  ),
  route(contract.listAllSchedules, [api], inOrganization('automations.read'), async ({ auth }) =>
    reply(200, { schedules: await schedules.listAll(auth.identity.id, auth.organizationId) }),
  ),
  route(
    contract.createSchedule,
    [api, autonomy],
    inProject(projects, 'automations.change'),
    async ({ body, auth: { projectId, identity }, ctx }) => {
      const organizationId = await projects.organizationOf(projectId);
      const actor = { ...actorOf(ctx), userId: identity.id };
      return reply(201, { schedule: await schedules.create(actor, { projectId, organizationId }, body) });
    },
  ),
  route(contract.getSchedule, [api], ofSchedule(schedules, projects, 'project.read'), async ({ auth }) =>
    reply(200, { schedule: describe(auth.schedule) }),
  ),
  route(
    contract.changeSchedule,
    [unlessSignedIn, unlessPaused(api), unlessPaused(autonomy)],
    ofSchedule(schedules, projects, 'automations.change'),
    async ({ body, auth, ctx }) =>
      reply(200, { schedule: await schedules.change({ ...actorOf(ctx), userId: auth.identity.id }, auth.schedule, body) }),
  ),
  route(contract.deleteSchedule, [unlessSignedIn], ofSchedule(schedules, projects, 'automations.change'), async ({ auth, ctx }) => {
    await schedules.remove(actorOf(ctx), auth.schedule);
    return reply(204);
  }),
  // Counts as a start by the person it works for, like each of its scheduled starts.
  route(contract.runSchedule, [api], ofSchedule(schedules, projects, 'runs.start'), async ({ auth, ctx }) =>
    reply(201, { occurrence: await schedules.runNow(actorOf(ctx), auth.schedule, idempotencyKeyOf(ctx, undefined)) }),
  ),
  route(contract.listOccurrences, [api], ofSchedule(schedules, projects, 'project.read'), async ({ query, auth }) =>
    reply(200, await schedules.occurrences(auth.schedule.id, query)),
  ),
  route(contract.listScheduleTimes, [api], signedIn('account.read'), async ({ query }) => reply(200, await schedules.times(query))),
];
