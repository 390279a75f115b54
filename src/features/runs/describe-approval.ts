/** Descriptions of the possible answers to an approval; the inbox and the run's screen use the same ones. */
import type { Approval, ShownApproval } from './approvals-contract.ts';

interface ApprovalChoice {
  label: string;
  /** Its effect. */
  explanation: string;
  /** Label once it has been given. */
  doneLabel: string;
}

export interface ApprovalChoices {
  /** Absent if only someone else may approve. */
  approve?: ApprovalChoice;
  /** Absent if no other call could be like it. */
  approveAll?: ApprovalChoice;
  /** Neither executed nor rejected: a person has confirmed that it was already done. */
  happened?: ApprovalChoice;
  reject: ApprovalChoice;
}

type Asked = Pick<Approval, 'kind' | 'choices' | 'input' | 'pathCount'>;

/** What the current user may answer. @param tool display name */
export function choicesOf(
  { approval, stale, needsAnother }: Pick<ShownApproval, 'approval' | 'stale' | 'needsAnother'>,
  tool: string,
): ApprovalChoices {
  const choices = approvalChoices(approval, tool, stale.length > 0);
  return needsAnother ? { reject: choices.reject } : choices;
}

/**
 * @param tool display name
 * @param stale files were edited since it was asked
 */
function approvalChoices({ kind, choices, input, pathCount }: Asked, tool: string, stale: boolean): ApprovalChoices {
  switch (kind) {
    case 'tool_call': {
      const change = pathCount === 0 ? 'carries out exactly this' : `makes ${pathCount === 1 ? 'this change' : 'these changes'} as shown`;
      const what = stale ? 'changes nothing yet: the agent asks again on what stands there now' : change;
      const all = {
        label: 'Approve all like this',
        explanation: `does so too, and does not ask again about ${tool} by the same rule in this run`,
        doneLabel: 'Approved, with all like it',
      };
      return {
        approve: { label: 'Approve', explanation: what, doneLabel: 'Approved' },
        ...(choices.includes('approve_all') && !stale && { approveAll: all }),
        reject: {
          label: 'Reject',
          explanation: 'changes nothing; the agent reads your note and continues without it',
          doneLabel: 'Rejected',
        },
      };
    }
    case 'repeated_call':
      return {
        approve: { label: 'Allow it', explanation: 'carries it out once more', doneLabel: 'Allowed' },
        reject: { label: 'Skip it', explanation: 'does not carry it out; the agent goes on without it', doneLabel: 'Skipped' },
      };
    case 'unknown_outcome':
      return {
        approve: { label: 'Try again', explanation: 'carries it out once more', doneLabel: 'Trying again' },
        happened: { label: 'It happened', explanation: 'takes it as done', doneLabel: 'Taken as done' },
        reject: { label: 'Skip it', explanation: 'takes it as not done, and does not carry it out', doneLabel: 'Skipped' },
      };
    case 'budget': {
      const amount = formatRaise(input);
      return {
        approve: {
          label: amount ? `Raise once by ${amount}` : 'Raise once',
          explanation: 'lets the run go on; a second time it ends',
          doneLabel: 'Raised',
        },
        reject: { label: 'End the run', explanation: 'raises nothing; what the run did stays', doneLabel: 'Ended' },
      };
    }
  }
}

/** By how much an approval of kind `budget` raises the budget: by its current amount. */
function formatRaise(input: unknown): string | undefined {
  if (typeof input !== 'object' || input === null) return undefined;
  const { bound, limit } = input as { bound?: unknown; limit?: unknown };
  return typeof limit === 'number' && typeof bound === 'string' ? formatAmount(bound, limit) : undefined;
}

const units = new Map([
  ['steps', 'step'],
  ['tokens', 'token'],
  ['inputTokens', 'input token'],
  ['outputTokens', 'output token'],
]);
const number = new Intl.NumberFormat('en', { maximumFractionDigits: 2 });

function formatAmount(bound: string, amount: number): string {
  if (bound === 'cost') return `US$ ${number.format(amount)}`;
  const [count, unit] = bound === 'ms' ? [amount / 60_000, 'minute'] : [amount, units.get(bound) ?? bound];
  return `${number.format(count)} ${unit}${count === 1 ? '' : 's'}`;
}
