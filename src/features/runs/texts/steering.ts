/** Why people who steered a run may not approve its requests. */
export const texts = {
  start: 'You started this run, so someone else has to approve its requests.',
  schedule: 'Your schedule started this run, so someone else has to approve its requests.',
  trigger: 'Your trigger started this run, so someone else has to approve its requests.',
  message: 'You sent this run a message, so someone else has to approve its requests.',
  retry: 'You retried this run, so someone else has to approve its requests.',
  plan: 'You changed the plan of this run, so someone else has to approve its requests.',
  note: 'You gave this run instructions in a note, so someone else has to approve its requests.',
  token: 'This run was steered with a token of the same person, so someone else has to approve its requests.',
} as const;
