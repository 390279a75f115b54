import type { Samples } from '../../../test/harness/fixture.ts';

export const samples: Samples = {
  listProjects: () => ({}),
  createProject: ({ organizationId }) => ({ body: { name: 'Another project', organizationId } }),
  getProject: ({ projectId }) => ({ params: { projectId } }),
  renameProject: ({ projectId }) => ({ params: { projectId }, body: { name: 'A better name' } }),
  deleteProject: ({ projectId }) => ({ params: { projectId } }),
};
