/** Rights on a schedule or a trigger, by role in the organization of its project. */
import { requireIdentity } from '#features/accounts/server/access.ts';
import type { ProjectAuth } from '#features/projects/server/access.ts';
import type { Projects } from '#features/projects/server/projects.ts';
import { forbidden } from '#kernel/errors.ts';
import { type Guard, requires } from '#kernel/http/route.ts';
import { type RightOf, rights } from '#wire/rights.ts';
import { atLeast, type Role } from '#wire/role.ts';
import type { Schedules } from './schedules.ts';
import { texts } from './texts.ts';

interface ScheduleAuth extends ProjectAuth {
  /** Read for this request, so it is current. */
  schedule: Awaited<ReturnType<Schedules['find']>>;
}

/** @param right in the project of the schedule that the path names */
export const ofSchedule = (schedules: Schedules, projects: Projects, right: RightOf<'project'>): Guard<ScheduleAuth> => ({
  ...requires(right, 'schedule'),
  async authorize(ctx, { scheduleId = '' }) {
    const identity = requireIdentity(ctx);
    const schedule = await schedules.find(scheduleId);
    const projectId = schedule.project_id;
    const role = await projects.requireRight(identity, projectId, right, 'schedule');
    if (rights[right].role !== 'viewer') requireOwnOrAdmin(schedule, identity.id, role);
    return { identity, projectId, role, schedule };
  },
});

/** Work that runs with a person's rights may be changed only by that person, or by people who could grant themselves these rights. */
export function requireOwnOrAdmin(
  { user_id, user_name, organization_id }: { user_id: string | null; user_name: string | null; organization_id: string },
  userId: string,
  role: Role,
): void {
  if (user_id === userId || atLeast(role, 'admin')) return;
  throw forbidden(texts.problems.notYours(user_name ?? undefined), 'not_yours', organization_id);
}
