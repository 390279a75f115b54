/** What the screens of runs say. */
export const texts = {
  rejection: {
    note: 'Why not, or what to do instead: the agent reads it.',
    noteSteers:
      'Why not, or what to do instead: the agent reads it. If you write one, someone else has to approve this run’s next requests.',
  },
  question: {
    needsRole: (role: string) => `Only people with the role ${role} or higher can answer this. Ask one of them.`,
  },
};
