/** What the screens of runs say. */
export const texts = {
  rejection: {
    note: 'Why not, or what to do instead: the agent reads it.',
    noteSteers:
      'Why not, or what to do instead: the agent reads it. If you write one, someone else has to approve this run’s next requests.',
  },
  automations: {
    nowhere: 'You can only view the projects here. Ask an admin for the role member to add schedules and triggers.',
  },
  question: {
    yours: 'The agent needs your decision',
    ofOthers: 'The agent waits for a decision',
    needsRole: (role: string) => `Only people with the role ${role} or higher can answer this. Ask one of them.`,
  },
};
