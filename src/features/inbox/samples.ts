import type { Samples } from '../../../test/harness/fixture.ts';

export const samples: Samples = {
  getAutonomy: ({ organizationId }) => ({ query: { organization: organizationId } }),
  listApprovals: ({ organizationId, projectId, approvalId }) => ({
    query: {
      organization: organizationId,
      status: 'all',
      kind: 'tool_call',
      project: projectId,
      mine: 'true',
      before: approvalId,
      limit: '5',
    },
  }),
  followApprovals: () => ({}),
};
