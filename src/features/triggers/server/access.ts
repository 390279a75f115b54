import type { ProjectAuth } from '#features/projects/server/access.ts';
import type { Projects } from '#features/projects/server/projects.ts';
import { requireOwnOrAdmin } from '#features/schedules/server/access.ts';
import { unauthenticated } from '#kernel/errors.ts';
import type { Guard } from '#kernel/http/route.ts';
import type { Role } from '#wire/role.ts';
import type { Triggers } from './triggers.ts';

interface TriggerAuth extends ProjectAuth {
  /** Read for this request, so it is current. */
  trigger: Awaited<ReturnType<Triggers['find']>>;
}

/** @param required the smallest role that passes, in the project of the trigger named in the path */
export const ofTrigger = (triggers: Triggers, projects: Projects, required: Role): Guard<TriggerAuth> => ({
  role: required,
  of: 'project',
  through: 'trigger',
  async authorize({ identity }, { triggerId = '' }) {
    if (!identity) throw unauthenticated();
    const trigger = await triggers.find(triggerId);
    const projectId = trigger.project_id;
    const role = await projects.requireRole(identity, projectId, required, 'trigger');
    if (required !== 'viewer') requireOwnOrAdmin(trigger, identity.id, role);
    return { identity, projectId, role, trigger };
  },
});
