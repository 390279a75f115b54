/** Describes approvals. */
import type { Approval } from '#features/runs/approvals-contract.ts';
import { nameTool, summarise } from '#features/tools/client/tool-call.ts';
import type { IconName } from '#ui/primitives/icon.tsx';
import { markPath } from '#wire/hidden-characters.ts';
import { texts } from './texts/inbox.ts';

/** A short title. */
export function titleOf({ kind, tool, server, input, paths }: Approval): string {
  if (kind === 'budget') return texts.title.budget;
  return texts.title.call(nameTool({ tool, server }), summarise(input) || markPath(paths[0] ?? ''));
}

export const statusIcons: Record<Approval['status'], IconName> = {
  pending: 'person',
  approved: 'check',
  rejected: 'close',
  expired: 'history',
  withdrawn: 'undo',
};

/** The person it works for, and what started it. */
export const describeOwner = ({ startedBy, origin }: Approval['run']): string => texts.owner(startedBy.name, origin.kind, origin.name);

/** The outcome of an approval. */
export function describeOutcome({ kind, status, decidedBy, all }: Approval): string {
  switch (status) {
    case 'approved':
      return kind === 'unknown_outcome' ? texts.outcome.answered(decidedBy?.name) : texts.outcome.approved(decidedBy?.name, all);
    case 'rejected':
      return texts.outcome.rejected(decidedBy?.name);
    default:
      return texts.outcome[status];
  }
}

export const runAddress = ({ projectId, runId }: Pick<Approval, 'projectId' | 'runId'>): string => `/projects/${projectId}?run=${runId}`;
