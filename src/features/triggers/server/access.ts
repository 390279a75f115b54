import { requireIdentity } from '#features/accounts/server/access.ts';
import type { ProjectAuth } from '#features/projects/server/access.ts';
import type { Projects } from '#features/projects/server/projects.ts';
import { requireOwnOrAdmin } from '#features/schedules/server/access.ts';
import { type Guard, requires } from '#kernel/http/route.ts';
import { type RightOf, rights } from '#wire/rights.ts';
import type { Triggers } from './triggers.ts';

interface TriggerAuth extends ProjectAuth {
  /** Read for this request, so it is current. */
  trigger: Awaited<ReturnType<Triggers['find']>>;
}

/** @param right in the project of the trigger that the path names */
export const ofTrigger = (triggers: Triggers, projects: Projects, right: RightOf<'project'>): Guard<TriggerAuth> => ({
  ...requires(right, 'trigger'),
  async authorize(ctx, { triggerId = '' }) {
    const identity = requireIdentity(ctx);
    const trigger = await triggers.find(triggerId);
    const projectId = trigger.project_id;
    const role = await projects.requireRight(identity, projectId, right, 'trigger');
    if (rights[right].role !== 'viewer') requireOwnOrAdmin(trigger, identity.id, role);
    return { identity, projectId, role, trigger };
  },
});
