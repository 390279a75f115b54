/** Rights in the project that a run or an approval belongs to. */
import type { ProjectScope } from '#features/projects/server/access.ts';
import type { Projects } from '#features/projects/server/projects.ts';
import { unauthenticated } from '#kernel/errors.ts';
import type { Access } from '#kernel/http/route.ts';
import type { Role } from '#wire/role.ts';
import type { ApprovalRow } from './approvals/show-queries.ts';
import type { Runs } from './runs.ts';

interface Needs {
  runs: Runs;
  projects: Projects;
}

export const inRun = ({ runs, projects }: Needs, required: Role): Access<ProjectScope> => ({
  rule: `${required} of the run’s project`,
  async enter({ identity }, { runId = '' }) {
    if (!identity) throw unauthenticated();
    const projectId = await runs.projectOf(runId);
    return { identity, projectId, role: await projects.requireRole(identity, projectId, required, 'run') };
  },
});

/** Hands on the approval as it was read for this. */
export const ofApproval = ({ runs, projects }: Needs, required: Role): Access<ProjectScope & { approval: ApprovalRow }> => ({
  rule: `${required} of the approval’s project`,
  async enter({ identity }, { approvalId = '' }) {
    if (!identity) throw unauthenticated();
    const approval = await runs.approvals.find(approvalId);
    const projectId = approval.project_id;
    return { identity, projectId, role: await projects.requireRole(identity, projectId, required, 'approval'), approval };
  },
});
