import type { Samples } from '../../../test/harness/fixture.ts';

export const samples: Samples = {
  listModels: ({ organizationId }) => ({ query: { organization: organizationId } }),
  getModelSettings: ({ organizationId }) => ({ query: { organization: organizationId } }),
  putModelSettings: ({ organizationId }) => ({
    query: { organization: organizationId },
    body: { allowed: ['practice'], default: 'practice', fallback: null, prices: { practice: { input: 1, output: 2 } } },
  }),
  listModelProviders: ({ organizationId }) => ({ query: { organization: organizationId } }),
  createModelProvider: ({ organizationId }) => ({
    query: { organization: organizationId },
    body: { kind: 'compatible', name: 'Our models', slug: 'ours', url: 'https://models.invalid/v1', key: 'a-key-of-ours' },
  }),
  changeModelProvider: ({ providerId }) => ({
    params: { providerId },
    body: { name: 'Other models', url: 'https://models.invalid/v2', key: 'another-key' },
  }),
  deleteModelProvider: ({ providerId }) => ({ params: { providerId } }),
  testModelProvider: ({ providerId }) => ({ params: { providerId } }),
};
