/** What the screens of agent permissions say. */
export const texts = {
  fourEyes: {
    label: 'People can’t approve requests of runs they started or steered',
    hint: 'Steering is sending a message, retrying, changing the plan, or rejecting with a note. They can still reject.',
    ofOrganization: 'The organization requires this in all projects.',
  },
};
