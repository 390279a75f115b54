/** Problems of requests about runs and their approvals. */
import type { Level } from '#features/policies/policy.ts';

export const texts = {
  approvals: {
    fileChanged:
      'A file was edited after this was asked, so nothing was approved. It is asked again on what stands there now: look at that, and decide.',
    toolChanged:
      'The tool has changed since this was asked, or is not offered any more, so nothing was approved. Once an admin has looked at the tool under Settings, Connections, the run asks again.',
    noHash: 'Read the approval and send its “hash” along, so that nothing else is approved than what you were shown. Rejecting needs none.',
    decided: {
      approved: (by = 'A former member') => `${by} has approved this already.`,
      rejected: (by = 'A former member') => `${by} has rejected this already.`,
    },
    expired: 'Nobody decided this in time, so it was rejected. The agent may ask again.',
    notWaiting: 'The run does not wait for this any more: it was stopped, or somebody wrote to it instead.',
    changed: 'This is not any more what you were shown. Look at it again, and decide.',
    notForAll: 'This has to be approved each time. Leave out “all”.',
    noChoice: 'This is approved or rejected. Leave out “choice”.',
    choiceNeeded:
      'Nobody knows whether this took effect. Say which it is to be: approve with the choice “retry” (do it once more) or “happened” (take it as done), or reject with “skip”.',
  },
  answers: {
    expired: 'Nobody answered this in time, so it was rejected. The agent may ask again.',
    given: (by: string, choice: string) => `${by} has answered this already: ${choice}.`,
    notWaiting: 'The run does not wait for this answer any more: it has ended or gone on.',
    noSuchChoice: (choice: string, choices: readonly string[]) =>
      `This cannot be answered with ${choice}. Choose one of: ${choices.join(', ')}.`,
  },
  plans: {
    noGoal: 'This run has no goal, and so no plan. Send it a message instead.',
    ended: 'This run has ended. Send it a message to let it go on; then its plan can be changed.',
    changed: (by = 'The agent') => `${by} has changed the plan meanwhile. Look at it as it is now, and change that.`,
  },
  start: {
    tooMany: (max: number) =>
      `This person has ${max.toLocaleString('en')} unfinished runs, the limit. Stop some or answer what they ask, then try again.`,
    agentChanged: {
      schedule: (agent: string, by: string, level: Level) =>
        `The agent ${agent} was last changed by ${by}, who may not use the level ${level}. Somebody who may has to look at it and change it, or this schedule needs another agent or level.`,
      trigger: (agent: string, by: string, level: Level) =>
        `The agent ${agent} was last changed by ${by}, who may not use the level ${level}. Somebody who may has to look at it and change it, or this trigger needs another agent or level.`,
    },
    noMember: {
      schedule: 'The person on whose behalf this schedule runs has left the organization. Somebody else has to make it anew.',
      trigger: 'The person on whose behalf this trigger runs has left the organization. Somebody else has to make it anew.',
    },
    noMessage: (event: number) => `Event ${event} of this run is not a message. Branch from one of its messages.`,
  },
  notEnded: 'Only a run that failed or was stopped can be retried. Send a message to let this one go on.',
  atWork: 'The run is still at work. Stop it first, then undo what it changed.',
  confirm: (organization: string) => `Write the organization’s name, ${organization}: what was held goes on at once.`,
};
