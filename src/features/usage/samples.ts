import type { Samples } from '../../../test/harness/fixture.ts';

const period = { from: '2026-11-01', to: '2026-11-30' };

export const samples: Samples = {
  getUsage: ({ organizationId, projectId, owner }) => ({
    query: { ...period, organization: organizationId, project: projectId, user: owner.id, by: 'model' },
  }),
  exportUsage: ({ organizationId, projectId, owner }) => ({
    query: { ...period, organization: organizationId, project: projectId, user: owner.id },
  }),
};
