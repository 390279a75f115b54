/** Words that runs, schedules and triggers share: the settings of a run, and its status. */
export const texts = {
  level: 'Level',
  levelDenied: 'You may not use this level here: choose another one.',
  budget: { steps: 'Steps', tokens: 'Tokens', cost: 'US$', minutes: 'Minutes' },
  statuses: {
    queued: 'Queued',
    running: 'Working',
    waiting: 'Needs you',
    done: 'Done',
    failed: 'Failed',
    stopped: 'Stopped',
  },
  held: 'Held',
} as const;
