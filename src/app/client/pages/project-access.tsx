import { useMembers } from '#features/organizations/client/member-queries.ts';
import { AccessDialog } from '#features/projects/client/access-dialog.tsx';
import type { Project } from '#features/projects/contract.ts';
import { atLeast } from '#wire/role.ts';

/** Who has access to a project; owners and admins of its organization need not be listed. */
export function ProjectAccess({ project, onClose }: { project: Project; onClose: () => void }) {
  const { data: members = [] } = useMembers(project.organizationId);
  return <AccessDialog project={project} people={members.filter(({ role }) => !atLeast(role, 'admin'))} onClose={onClose} />;
}
