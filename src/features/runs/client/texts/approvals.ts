/** What approvals and questions say, in a run and in the inbox. */
import type { ReactNode } from 'react';
import { sentence } from '#ui/format/sentence.ts';

const againOnTop = 'If you approve it, the agent asks again on top of what stands there by then.';
const choices = {
  allow: { label: 'Allow it', effect: 'carry it out' },
  retry: { label: 'Try again', effect: 'carry it out once more' },
  happened: { label: 'It happened', effect: 'take it as done' },
  skip: { label: 'Skip it', effect: 'do not carry it out' },
} as const;

export const texts = {
  title: 'The agent needs your decision',
  /** To people who may not decide. */
  titleOfOthers: 'The agent waits for a decision',
  needsRole: {
    member: 'Only people with the role member or higher can answer this.',
    admin: 'Only people with the role admin or higher can answer this.',
    owner: 'Only people with the role owner or higher can answer this.',
  },
  expires: (time: ReactNode) => sentence`Rejected by itself ${time}.`,
  openInInbox: 'Open it in the inbox',
  stale: (path: string) => `${path} was edited since. ${againOnTop}`,
  staleByPerson: (path: string, name: string) => `${path} was edited since by ${name}. ${againOnTop}`,
  staleByAgent: (path: string, name: string) => `${path} was edited since by an agent for ${name}. ${againOnTop}`,
  staleFiles: (count: number) => `${count} of the files was edited since. ${againOnTop}`,
  moreFiles: (count: number) => `More files than these would be changed; ${count} in all.`,
  notAnswered: (question: string) => `Asked, and not answered. ${question}`,
  expired: 'Nobody answered in time, so it was rejected',
  renewed: (name: string) => `What this was about had changed when ${name} approved it, so it is asked again`,
  rejected: (name: string, note: string | undefined) => `${name} rejected this${note ? `: “${note}”` : ''}`,
  approved: (name: string, note: string | undefined) => `${name} approved this${note ? `: “${note}”` : ''}`,
  approvedAll: (name: string, note: string | undefined) =>
    `${name} approved this, and all calls like it in this run${note ? `: “${note}”` : ''}`,
  note: 'Note for the agent, if you like',
  rejectHint: 'Why not, or what to do instead: the agent reads it.',
  /** Where people who steer the run may not approve its requests. */
  rejectHintSteers:
    'Why not, or what to do instead: the agent reads it. If you write one, someone else has to approve this run’s next requests.',
  /** The answer asks for a note first. */
  asksNote: (label: string) => `${label}…`,
  back: 'Back',
  question: {
    choices,
    choiceTitle: (label: string, effect: string) => `${label}: ${effect}`,
    choiceEffect: (label: string, effect: string) => `${label}: ${effect}.`,
    answered: (name: string, choice: string, note: string | undefined) =>
      `${name} answered: ${choice.toLowerCase()}${note ? `, “${note}”` : ''}`,
    notAnswered: (question: string) => `Asked, and not answered: ${question}`,
    readOnly: 'A member of the project has to decide.',
  },
} as const;
