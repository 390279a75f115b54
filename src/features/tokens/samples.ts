import type { Samples } from '../../../test/harness/fixture.ts';

export const samples: Samples = {
  listTokens: ({ organizationId }) => ({ query: { organization: organizationId, owner: 'organization' } }),
  createToken: ({ organizationId, projectId }) => ({
    query: { organization: organizationId },
    body: { name: 'Deployments', scopes: ['read', 'run'], projects: [projectId], owner: 'organization', role: 'member' },
  }),
  revokeToken: ({ tokenId }) => ({ params: { tokenId } }),
};
