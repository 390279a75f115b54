import { randomUUID } from 'node:crypto';
import type { Samples } from '../../../test/harness/fixture.ts';

export const samples: Samples = {
  getOrganization: ({ organizationId }) => ({ query: { organization: organizationId } }),
  changeOrganization: ({ organizationId }) => ({ query: { organization: organizationId }, body: { name: 'Analytical Engines' } }),
  listOrganizations: () => ({}),
  createOrganization: () => ({ body: { name: 'A second team' } }),
  switchOrganization: ({ organizationId }) => ({ params: { organizationId } }),
  transferOwnership: ({ organizationId, memberId }) => ({ query: { organization: organizationId }, body: { userId: memberId } }),
  listMembers: ({ organizationId }) => ({ query: { organization: organizationId } }),
  leaveOrganization: ({ organizationId }) => ({ query: { organization: organizationId } }),
  changeMember: ({ organizationId, memberId }) => ({
    query: { organization: organizationId },
    params: { userId: memberId },
    body: { role: 'viewer' },
  }),
  removeMember: ({ organizationId, memberId }) => ({ query: { organization: organizationId }, params: { userId: memberId } }),
  listInvitations: ({ organizationId }) => ({ query: { organization: organizationId } }),
  createInvitation: ({ organizationId, projectId }) => ({
    query: { organization: organizationId },
    body: { email: `${randomUUID()}@example.com`, role: 'viewer', projects: [{ projectId, role: 'member' }] },
  }),
  revokeInvitation: ({ invitationId }) => ({ params: { invitationId } }),
  resendInvitation: ({ invitationId }) => ({ params: { invitationId } }),
  lookUpInvitation: ({ invitationToken }) => ({ query: { token: invitationToken } }),
  acceptInvitation: ({ invitationToken }) => ({ body: { token: invitationToken } }),
};
