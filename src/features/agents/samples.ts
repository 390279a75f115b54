import type { Samples } from '../../../test/harness/fixture.ts';

/** A sample budget of a run. */
export const budget = { steps: 3, tokens: 1000, inputTokens: 800, outputTokens: 200, cost: 0.5, minutes: 0.5 };

const settings = {
  instructions: 'Check every figure.',
  model: 'practice',
  tools: ['list_files', 'read_file'],
  level: 'autonomous',
  budget,
};

export const samples: Samples = {
  listAgents: ({ organizationId }) => ({ query: { organization: organizationId, archived: 'true' } }),
  createAgent: ({ organizationId }) => ({ query: { organization: organizationId }, body: { name: 'Reviewer', ...settings } }),
  getAgent: ({ agentId }) => ({ params: { agentId }, query: { before: '9', limit: '5' } }),
  changeAgent: ({ agentId }) => ({ params: { agentId }, body: { basedOn: 1, name: 'Proofreader', ...settings } }),
  archiveAgent: ({ agentId }) => ({ params: { agentId } }),
  restoreAgent: ({ agentId }) => ({ params: { agentId } }),
};
