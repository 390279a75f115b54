/** What the screens of agent permissions say. */
export const texts = {
  approvals: {
    about: 'Requests wait in the inbox until someone answers. Nothing is approved automatically.',
    role: 'Minimum role to approve',
    expiry: 'Auto-reject after (hours)',
    noExpiry: 'Leave empty to wait without a limit.',
    expiryOfOrganization: (hours: number) => `Leave empty for ${hours}, as in the organization.`,
  },
  budgets: {
    about: 'When one is reached, runs pause and ask. Each can be raised once a day. Days are in UTC. Leave empty for no limit.',
  },
  fourEyes: {
    label: 'People can’t approve requests of runs they started or steered',
    hint: 'Steering is sending a message, retrying, changing the plan, or rejecting with a note. They can still reject.',
    ofOrganization: 'The organization requires this in all projects.',
  },
};
