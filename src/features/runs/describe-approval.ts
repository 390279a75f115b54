/** What can be answered to an approval, in words: the same in the inbox and on the screen of its run. */
import type { Approval } from './approvals-contract.ts';

interface Answer {
  label: string;
  /** What it does. */
  says: string;
  /** What it was, once it is given. */
  given: string;
}

export interface Answers {
  approve: Answer;
  /** Absent where there is nothing else like it. */
  approveAll?: Answer;
  /** Neither: it was done already, as far as somebody could see. */
  happened?: Answer;
  reject: Answer;
}

type Asked = Pick<Approval, 'kind' | 'choices' | 'input' | 'pathCount'>;

/**
 * @param tool its name in words
 * @param stale files were edited since it was asked
 */
export function answersTo({ kind, choices, input, pathCount }: Asked, tool: string, stale = false): Answers {
  switch (kind) {
    case 'tool_call': {
      const change = pathCount === 0 ? 'carries out exactly this' : `makes ${pathCount === 1 ? 'this change' : 'these changes'} as shown`;
      const what = stale ? 'changes nothing yet: the agent asks again on what stands there now' : change;
      const all = {
        label: 'Approve all like this',
        says: `does so too, and does not ask again about ${tool} by the same rule in this run`,
        given: 'Approved, with all like it',
      };
      return {
        approve: { label: 'Approve', says: what, given: 'Approved' },
        ...(choices.includes('approve_all') && !stale && { approveAll: all }),
        reject: { label: 'Reject', says: 'does nothing; the agent reads your note and goes on without it', given: 'Rejected' },
      };
    }
    case 'repeated_call':
      return {
        approve: { label: 'Allow it', says: 'carries it out once more', given: 'Allowed' },
        reject: { label: 'Skip it', says: 'does not carry it out; the agent goes on without it', given: 'Skipped' },
      };
    case 'unknown_outcome':
      return {
        approve: { label: 'Try again', says: 'carries it out once more', given: 'Trying again' },
        happened: { label: 'It happened', says: 'takes it as done', given: 'Taken as done' },
        reject: { label: 'Skip it', says: 'takes it as not done, and does not carry it out', given: 'Skipped' },
      };
    case 'budget': {
      const amount = sayRaise(input);
      return {
        approve: {
          label: amount ? `Raise once by ${amount}` : 'Raise once',
          says: 'lets the run go on; a second time it ends',
          given: 'Raised',
        },
        reject: { label: 'End the run', says: 'raises nothing; what the run did stays', given: 'Ended' },
      };
    }
  }
}

/** By how much an approval of kind `budget` raises it: by as much again. */
function sayRaise(input: unknown): string | undefined {
  if (typeof input !== 'object' || input === null) return undefined;
  const { bound, limit } = input as { bound?: unknown; limit?: unknown };
  return typeof limit === 'number' && typeof bound === 'string' ? sayAmount(bound, limit) : undefined;
}

const units = new Map([
  ['steps', 'step'],
  ['tokens', 'token'],
  ['inputTokens', 'input token'],
  ['outputTokens', 'output token'],
]);
const number = new Intl.NumberFormat('en', { maximumFractionDigits: 2 });

function sayAmount(bound: string, amount: number): string {
  if (bound === 'cost') return `US$ ${number.format(amount)}`;
  const [count, unit] = bound === 'ms' ? [amount / 60_000, 'minute'] : [amount, units.get(bound) ?? bound];
  return `${number.format(count)} ${unit}${count === 1 ? '' : 's'}`;
}
