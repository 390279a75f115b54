/** How the possible answers to an approval are described. */
import type { ReactNode } from 'react';
import { numberFormat } from '#ui/format/figure.ts';
import { sentence } from '#ui/format/sentence.ts';

const number = numberFormat({ maximumFractionDigits: 2 });
/** @returns "1 step", "2.5 minutes" */
const countOf = (unit: string) => (count: number) => `${number.format(count)} ${unit}${count === 1 ? '' : 's'}`;

export const texts = {
  call: {
    approve: {
      label: 'Approve',
      done: 'Approved',
      /** @param changes number of files it changes */
      effect: (changes: number) => (label: ReactNode) =>
        changes === 0
          ? sentence`${label} carries out exactly this.`
          : changes === 1
            ? sentence`${label} makes this change as shown.`
            : sentence`${label} makes these changes as shown.`,
      staleEffect: (label: ReactNode) => sentence`${label} changes nothing yet: the agent asks again on what stands there now.`,
    },
    approveAll: {
      label: 'Approve all like this',
      done: 'Approved, with all like it',
      effect: (tool: string) => (label: ReactNode) =>
        sentence`${label} does so too, and does not ask again about ${tool} by the same rule in this run.`,
    },
    reject: {
      label: 'Reject',
      done: 'Rejected',
      effect: (label: ReactNode) => sentence`${label} changes nothing; the agent reads your note and continues without it.`,
    },
  },
  repeated: {
    approve: { label: 'Allow it', done: 'Allowed', effect: (label: ReactNode) => sentence`${label} carries it out once more.` },
    reject: {
      label: 'Skip it',
      done: 'Skipped',
      effect: (label: ReactNode) => sentence`${label} does not carry it out; the agent goes on without it.`,
    },
  },
  unknown: {
    approve: { label: 'Try again', done: 'Trying again', effect: (label: ReactNode) => sentence`${label} carries it out once more.` },
    happened: { label: 'It happened', done: 'Taken as done', effect: (label: ReactNode) => sentence`${label} takes it as done.` },
    reject: {
      label: 'Skip it',
      done: 'Skipped',
      effect: (label: ReactNode) => sentence`${label} takes it as not done, and does not carry it out.`,
    },
  },
  budget: {
    approve: {
      label: 'Raise once',
      labelBy: (amount: string) => `Raise once by ${amount}`,
      done: 'Raised',
      effect: (label: ReactNode) => sentence`${label} lets the run go on; a second time it ends.`,
    },
    reject: {
      label: 'End the run',
      done: 'Ended',
      effect: (label: ReactNode) => sentence`${label} raises nothing; what the run did stays.`,
    },
    amounts: {
      steps: countOf('step'),
      tokens: countOf('token'),
      inputTokens: countOf('input token'),
      outputTokens: countOf('output token'),
      minutes: countOf('minute'),
      cost: (amount: number) => `US$ ${number.format(amount)}`,
    },
  },
} as const;
