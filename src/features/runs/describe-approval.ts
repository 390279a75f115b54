/** Descriptions of the possible answers to an approval; the inbox and the run's screen use the same ones. */
import type { ReactNode } from 'react';
import type { Approval, ShownApproval } from './approvals-contract.ts';
import { texts } from './texts.ts';

interface ApprovalChoice {
  label: string;
  /** Its effect, as a sentence that starts with the label. */
  effect: (label: ReactNode) => ReactNode;
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
      const { approve, approveAll, reject } = texts.call;
      const all = { label: approveAll.label, effect: approveAll.effect(tool), doneLabel: approveAll.done };
      return {
        approve: { label: approve.label, effect: stale ? approve.staleEffect : approve.effect(pathCount), doneLabel: approve.done },
        ...(choices.includes('approve_all') && !stale && { approveAll: all }),
        reject: choiceOf(reject),
      };
    }
    case 'repeated_call':
      return { approve: choiceOf(texts.repeated.approve), reject: choiceOf(texts.repeated.reject) };
    case 'unknown_outcome': {
      const { approve, happened, reject } = texts.unknown;
      return { approve: choiceOf(approve), happened: choiceOf(happened), reject: choiceOf(reject) };
    }
    case 'budget': {
      const { approve, reject } = texts.budget;
      const amount = formatRaise(input);
      return { approve: { ...choiceOf(approve), ...(amount && { label: approve.labelBy(amount) }) }, reject: choiceOf(reject) };
    }
  }
}

const choiceOf = ({ label, effect, done }: Omit<ApprovalChoice, 'doneLabel'> & { done: string }): ApprovalChoice => ({
  label,
  effect,
  doneLabel: done,
});

/** By how much an approval of kind `budget` raises the budget: by its current amount. */
function formatRaise(input: unknown): string | undefined {
  if (typeof input !== 'object' || input === null) return undefined;
  const { bound, limit } = input as { bound?: unknown; limit?: unknown };
  return typeof limit === 'number' && typeof bound === 'string' ? formatAmount(bound, limit) : undefined;
}

function formatAmount(bound: string, amount: number): string | undefined {
  const { amounts } = texts.budget;
  if (bound === 'ms') return amounts.minutes(amount / 60_000);
  return Object.hasOwn(amounts, bound) ? amounts[bound as keyof typeof amounts](amount) : undefined;
}
