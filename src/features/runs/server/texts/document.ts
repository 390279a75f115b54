/** A run as a document, in Markdown. */
import type { Run } from '#features/runs/contract.ts';
import type { Turn } from '../../conversation.ts';

type Report = Extract<Turn, { kind: 'report' }>;

const ends = { done: 'was done', failed: 'failed', stopped: 'was stopped' };

export const texts = {
  started: ({ startedBy, createdAt, model, agent, status }: Run) =>
    `Started by ${startedBy.name} at ${createdAt}, model ${model}${agent ? `, agent ${agent.name} (version ${agent.version})` : ''}, ${status}.`,
  tokens: ({ inputTokens, outputTokens, cost }: Run) =>
    `${inputTokens} input and ${outputTokens} output tokens${cost === null ? '' : `, US$ ${cost.toFixed(4)}`}.`,
  constraints: 'Constraints:',
  agent: (at: string) => `## Agent, ${at}`,
  failed: (message: string) => `**Failed:** ${message}`,
  ended: (status: keyof typeof ends, at: string) => `*The run ${ends[status]} at ${at}.*`,
  retried: (by: string, at: string) => `*${by} let the run go on at ${at}.*`,
  waits: (message: string) => `*The run waits: ${message}*`,
  raised: (by: string, at: string) => `*${by} raised the budget at ${at}.*`,
  notRaised: (by: string, at: string) => `*${by} did not raise the budget at ${at}.*`,
  branched: (runId: string) => `*Branched off from run ${runId}.*`,
  planChanged: (by: string | undefined, at: string) => `*${by} changed the plan at ${at}:*`,
  notAnswered: 'Not answered.',
  noResult: 'No result.',
  result: (ms: number) => `Result after ${ms} ms:`,
  failedResult: (ms: number) => `Failed after ${ms} ms:`,
  more: (paths: number) => `- and ${paths} more`,
  report: '## Report',
  error: (message: string) => `It failed: ${message}`,
  done: '### Done',
  open: '### Left open',
  dropped: '### Dropped',
  changedFiles: '### Changed files',
  spent: ({ steps, inputTokens, outputTokens, cost, ms }: Report['spent']) =>
    `${steps} steps, ${inputTokens + outputTokens} tokens, US$ ${cost.toFixed(4)}, ${(ms / 60_000).toFixed(1)} minutes at work.`,
  asked: ({ asked, approved, rejected }: Report['approvals']) =>
    `Asked ${asked} times for approval: ${approved} approved, ${rejected} rejected.`,
  words: '### In the agent’s words',
};
