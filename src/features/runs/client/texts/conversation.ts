/** What the turns of a conversation say. */
import type { ReactNode } from 'react';
import { formatNumber } from '#ui/format/figure.ts';
import { sentence } from '#ui/format/sentence.ts';

const withNote = (text: string, note: string | undefined): string => (note ? `${text}: “${note}”` : `${text}.`);
const steps = (count: number): string => `${formatNumber(count)} step${count === 1 ? '' : 's'}`;
const files = (count: number): string => `${formatNumber(count)} file${count === 1 ? '' : 's'}`;
const changes = (count: number): string => `${formatNumber(count)} change${count === 1 ? '' : 's'}`;

export const texts = {
  label: 'Conversation',
  earlier: (turns: number) => `${formatNumber(turns)} earlier`,
  toNewest: 'Jump to newest',
  notDrawn: 'This part could not be drawn. Export the run to see all of it.',
  message: {
    copy: 'Copy text',
    edit: 'Edit and branch',
    payloadFrom: (source: string) => `What came with it from ${source}`,
    payload: 'What came with it',
    edited: 'Edited message',
    branchHint: 'A new run begins here; it knows what was said before. This run and its files stay as they are.',
    cancel: 'Cancel',
    branch: 'Branch',
  },
  step: {
    agent: 'Agent',
    waiting: 'Waiting for the model',
    cut: 'This answer broke off.',
    copy: 'Copy answer',
    reasoning: 'Reasoning',
  },
  error: {
    raiseBudget: 'Raise the budget',
    tryAgain: 'Try this step again',
    otherModel: 'Try another model',
    modelSettings: 'Model settings',
    policy: 'Policy and budgets',
  },
  openConnections: 'Open Connections',
  ended: {
    done: (time: ReactNode) => sentence`The agent is done ${time}`,
    failed: (time: ReactNode) => sentence`The run failed ${time}`,
    stopped: (time: ReactNode) => sentence`Stopped ${time}`,
  },
  retried: (name: string) => `${name} let the run go on from where it broke off.`,
  planChanged: (name: string, progress: string) => `${name} changed the plan: ${progress}.`,
  budgetExpired: 'Nobody raised the budget in time.',
  budgetRaised: (name: string, note: string | undefined) => withNote(`${name} raised the budget, once`, note),
  budgetRefused: (name: string, note: string | undefined) => withNote(`${name} did not raise the budget`, note),
  /** @param link a link with these words */
  branched: (link: (words: string) => ReactNode) => sentence`Branched off from ${link('another run')}.`,
  tool: {
    states: {
      writing: 'Preparing',
      running: 'Running',
      asks: 'Needs you',
      ok: 'Done',
      failed: 'Failed',
      rejected: 'Rejected',
      open: 'No result',
    },
    plan: 'Plan',
    changed: (path: string) => `changed ${path}`,
    more: (count: number) => `and ${count} more`,
    output: 'Output',
    failure: 'What went wrong',
    noOutput: 'Nothing.',
    showMore: (read: number, all: number) => `Show more (${formatNumber(read)} of ${formatNumber(all)} characters)`,
  },
  change: {
    showFiles: (count: number) => `Show all ${count} files`,
    showWhole: 'Show the whole change',
    moreFiles: 'There are more files in this change than are shown here.',
  },
  report: {
    label: 'Report',
    failed: 'Report: the run failed',
    stopped: 'Report: stopped before the end',
    leftOpen: 'Report: done, with steps left open',
    allDone: 'Report: all done',
    withoutPlan: 'Report: done, without a plan',
    done: 'Done',
    left: 'Left open',
    dropped: 'Dropped',
    changed: 'Changed',
    spent: 'Spent',
    usage: (count: number, tokens: number, cost: string, time: string) =>
      `${steps(count)}, ${formatNumber(tokens)} tokens, ${cost}, ${time} at work`,
    approvals: 'Approvals',
    approvalCounts: (asked: number, approved: number, rejected: number) =>
      `${formatNumber(asked)} asked, ${formatNumber(approved)} approved, ${formatNumber(rejected)} rejected`,
    noFile: 'No file was changed.',
    more: (count: number) => `and ${formatNumber(count)} more`,
    changes: (fileCount: number, changeCount: number) => `${files(fileCount)} in ${changes(changeCount)}`,
    changesUndone: (fileCount: number, changeCount: number) => `${files(fileCount)} in ${changes(changeCount)}, undone`,
    undo: 'Undo all',
  },
} as const;
