/** Describes approvals. */
import type { Approval, ApprovalKind } from '#features/runs/approvals-contract.ts';
import { nameTool, summarise } from '#features/tools/client/tool-call.ts';
import type { IconName } from '#ui/primitives/icon.tsx';
import { markPath } from '#wire/hidden-characters.ts';

export const kinds: Record<ApprovalKind, string> = {
  tool_call: 'Something to approve',
  budget: 'A budget used up',
  repeated_call: 'The same again and again',
  unknown_outcome: 'An outcome nobody knows',
};

/** A short title. */
export function titleOf({ kind, tool, server, input, paths }: Approval): string {
  if (kind === 'budget') return 'The budget is used up';
  const subject = summarise(input) || markPath(paths[0] ?? '');
  return `${nameTool({ tool, server })}${subject ? ` ${subject}` : ''}`;
}

export const statuses: Record<Approval['status'], { label: string; icon: IconName }> = {
  pending: { label: 'Waiting', icon: 'person' },
  approved: { label: 'Approved', icon: 'check' },
  rejected: { label: 'Rejected', icon: 'close' },
  expired: { label: 'Expired', icon: 'history' },
  withdrawn: { label: 'Withdrawn', icon: 'undo' },
};

/** The person it works for, and what started it. */
export function describeOwner({ startedBy, origin }: Approval['run']): string {
  const name = startedBy.name;
  if (origin.kind === 'person') return `An agent for ${name}`;
  return `An agent for ${name}, started by the ${origin.kind}${origin.name ? ` ${origin.name}` : ''}`;
}

/** The outcome of an approval. */
export function describeOutcome({ kind, status, decidedBy, all }: Approval): string {
  switch (status) {
    case 'pending':
      return 'It waits for a decision.';
    case 'approved':
      if (kind === 'unknown_outcome') return `${decidedBy?.name ?? 'Somebody'} answered this`;
      return `${decidedBy?.name ?? 'Somebody'} approved this${all ? ', and all calls like it in this run' : ''}`;
    case 'rejected':
      return `${decidedBy?.name ?? 'Somebody'} rejected this`;
    case 'expired':
      return 'Nobody answered in time, so it was rejected';
    case 'withdrawn':
      return 'It was not decided: the run was stopped, went on otherwise, or asked again';
  }
}

export const runAddress = ({ projectId, runId }: Pick<Approval, 'projectId' | 'runId'>): string => `/projects/${projectId}?run=${runId}`;
