/** Access to the project that a run or an approval belongs to. */
import { requireIdentity } from '#features/accounts/server/access.ts';
import { inProjectOf, type ProjectAuth } from '#features/projects/server/access.ts';
import type { Projects } from '#features/projects/server/projects.ts';
import { type Guard, requires } from '#kernel/http/route.ts';
import type { RightOf } from '#wire/rights.ts';
import type { ApprovalRow } from './approvals/show-queries.ts';
import type { Runs } from './runs.ts';

interface Needs {
  runs: Runs;
  projects: Projects;
}

export const inRun = ({ runs, projects }: Needs, right: RightOf<'project'>): Guard<ProjectAuth> =>
  inProjectOf(projects, 'run', runs.projectOf, right);

/** Passes on the approval row that it reads. */
export const ofApproval = ({ runs, projects }: Needs, right: RightOf<'project'>): Guard<ProjectAuth & { approval: ApprovalRow }> => ({
  ...requires(right, 'approval'),
  async authorize(ctx, { approvalId = '' }) {
    const identity = requireIdentity(ctx);
    const approval = await runs.approvals.find(approvalId);
    const projectId = approval.project_id;
    return { identity, projectId, role: await projects.requireRight(identity, projectId, right, 'approval'), approval };
  },
});
