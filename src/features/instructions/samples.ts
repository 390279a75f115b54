import type { Samples } from '../../../test/harness/fixture.ts';

export const samples: Samples = {
  listWaitingInstructions: ({ organizationId }) => ({ query: { organization: organizationId } }),
  getInstructions: ({ projectId }) => ({ params: { projectId } }),
  acceptInstructions: ({ projectId, instructionsNumber }) => ({ params: { projectId }, body: { number: instructionsNumber } }),
};
