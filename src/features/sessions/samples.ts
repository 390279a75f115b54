import type { Samples } from '../../../test/harness/fixture.ts';

export const samples: Samples = {
  listSessions: () => ({}),
  revokeSession: ({ sessionId }) => ({ params: { sessionId } }),
  revokeOtherSessions: () => ({}),
  endSessionsOfMember: ({ memberId }) => ({ params: { userId: memberId } }),
};
