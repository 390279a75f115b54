/** Access to the project that a run or an approval belongs to. */
import { inProjectOf, type ProjectAuth } from '#features/projects/server/access.ts';
import type { Projects } from '#features/projects/server/projects.ts';
import { unauthenticated } from '#kernel/errors.ts';
import type { Guard } from '#kernel/http/route.ts';
import type { Role } from '#wire/role.ts';
import type { ApprovalRow } from './approvals/show-queries.ts';
import type { Runs } from './runs.ts';

interface Needs {
  runs: Runs;
  projects: Projects;
}

export const inRun = ({ runs, projects }: Needs, required: Role): Guard<ProjectAuth> =>
  inProjectOf(projects, 'run', runs.projectOf, required);

/** Passes on the approval row that it reads. */
export const ofApproval = ({ runs, projects }: Needs, required: Role): Guard<ProjectAuth & { approval: ApprovalRow }> => ({
  role: required,
  of: 'project',
  through: 'approval',
  async authorize({ identity }, { approvalId = '' }) {
    if (!identity) throw unauthenticated();
    const approval = await runs.approvals.find(approvalId);
    const projectId = approval.project_id;
    return { identity, projectId, role: await projects.requireRole(identity, projectId, required, 'approval'), approval };
  },
});
