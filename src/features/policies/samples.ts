import type { Samples } from '../../../test/harness/fixture.ts';

const daily = { tokens: 1_000_000, cost: 5 };
const policy = {
  rules: [{ tool: 'edit_file', path: 'docs/**', autonomous: 'ask' }],
  levels: { off: 'member', supervised: 'admin', autonomous: 'owner' },
  approvers: 'admin',
  expireAfterHours: 24,
  dailyBudgets: { user: daily, project: daily, organization: daily },
};

export const samples: Samples = {
  getPolicy: ({ organizationId }) => ({ query: { organization: organizationId } }),
  putPolicy: ({ organizationId }) => ({ query: { organization: organizationId }, body: { basedOn: 1, policy } }),
  getProjectPolicy: ({ projectId }) => ({ params: { projectId } }),
  putProjectPolicy: ({ projectId }) => ({ params: { projectId }, body: { basedOn: 0, policy } }),
};
