import { randomUUID } from 'node:crypto';
import { runSettings } from '#features/runs/samples.ts';
import { webhookHeaders } from '#kernel/webhook-signature.ts';
import type { Samples } from '../../../test/harness/fixture.ts';

export const samples: Samples = {
  listTriggers: ({ projectId }) => ({ params: { projectId } }),
  listAllTriggers: ({ organizationId }) => ({ query: { organization: organizationId } }),
  createTrigger: ({ projectId, agentId }) => ({
    params: { projectId },
    body: { name: 'Notes', ...runSettings, agentId, files: { path: 'notes/**', byRuns: true } },
  }),
  getTrigger: ({ triggerId }) => ({ params: { triggerId } }),
  changeTrigger: ({ triggerId, agentId }) => ({ params: { triggerId }, body: { name: 'Notes', ...runSettings, agentId, paused: true } }),
  deleteTrigger: ({ triggerId }) => ({ params: { triggerId } }),
  renewTriggerSecret: ({ triggerId }) => ({ params: { triggerId } }),
  listTriggerOccurrences: ({ triggerId }) => ({ params: { triggerId }, query: { before: '9', limit: '5' } }),
  receiveWebhook: ({ triggerId, webhookSecret }) => {
    const body = '{"event":"deployed"}';
    const stamp = { id: randomUUID(), timestamp: Math.floor(Date.now() / 1000) };
    return { params: { triggerId }, body, headers: webhookHeaders([webhookSecret], stamp, body) };
  },
};
