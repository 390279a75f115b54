import type { Samples } from '../../../test/harness/fixture.ts';

export const samples: Samples = {
  listProjects: ({ organizationId }) => ({ query: { organization: organizationId } }),
  createProject: ({ organizationId }) => ({ body: { name: 'Another project', organizationId } }),
  getProject: ({ projectId }) => ({ params: { projectId } }),
  renameProject: ({ projectId }) => ({ params: { projectId }, body: { name: 'A better name' } }),
  getProjectMembers: ({ projectId }) => ({ params: { projectId } }),
  putProjectMembers: ({ projectId, owner }) => ({
    params: { projectId },
    body: { access: 'organization', members: [{ userId: owner.id, role: 'member' }] },
  }),
  deleteProject: ({ projectId }) => ({ params: { projectId } }),
};
