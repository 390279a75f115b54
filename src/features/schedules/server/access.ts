/** Rights over a schedule or a trigger, by role in the organization of its project. */
import type { ProjectAuth } from '#features/projects/server/access.ts';
import type { Projects } from '#features/projects/server/projects.ts';
import { forbidden, unauthenticated } from '#kernel/errors.ts';
import type { Guard } from '#kernel/http/route.ts';
import { atLeast, type Role } from '#wire/role.ts';
import type { Schedules } from './schedules.ts';

interface ScheduleAuth extends ProjectAuth {
  /** As it is now. */
  schedule: Awaited<ReturnType<Schedules['find']>>;
}

/** @param required the smallest role that passes, in the project of the schedule that the path names */
export const ofSchedule = (schedules: Schedules, projects: Projects, required: Role): Guard<ScheduleAuth> => ({
  role: required,
  of: 'project',
  through: 'schedule',
  async authorize({ identity }, { scheduleId = '' }) {
    if (!identity) throw unauthenticated();
    const schedule = await schedules.find(scheduleId);
    const projectId = schedule.project_id;
    const role = await projects.requireRole(identity, projectId, required, 'schedule');
    if (required !== 'viewer') requireOwnOrAdmin(schedule, identity.id, role);
    return { identity, projectId, role, schedule };
  },
});

/** What works with a person's rights is changed by that person, or by those who could give themselves these rights. */
export function requireOwnOrAdmin(
  { user_id, user_name, organization_id }: { user_id: string | null; user_name: string | null; organization_id: string },
  userId: string,
  role: Role,
): void {
  if (user_id === userId || atLeast(role, 'admin')) return;
  throw forbidden(
    `This works on behalf of ${user_name ?? 'a former member'}. Ask them or an admin to change it.`,
    'not_yours',
    organization_id,
  );
}
