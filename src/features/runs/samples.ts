import { budget } from '#features/agents/samples.ts';
import type { Samples } from '../../../test/harness/fixture.ts';

/** Settings of runs that schedules and triggers start. */
export const runSettings = {
  message: 'Greet the new year',
  level: 'supervised',
  model: 'practice',
  budget,
  goal: { constraints: ['Be short.'] },
};

export const samples: Samples = {
  switchAutonomy: ({ organizationId }) => ({ query: { organization: organizationId }, body: { on: false } }),
  getApproval: ({ approvalId }) => ({ params: { approvalId } }),
  readApprovalFile: ({ approvalId }) => ({ params: { approvalId }, query: { path: 'asked.txt', side: 'after' } }),
  decideApproval: ({ approvalId, approvalHash }) => ({
    params: { approvalId },
    body: { decision: 'approve', note: 'Go on.', all: true, hash: approvalHash },
  }),
  startRun: ({ projectId }) => ({
    params: { projectId },
    body: { message: 'Hello', level: 'autonomous', model: 'practice', budget: budget, goal: { constraints: ['Be brief.'] } },
  }),
  listRuns: ({ projectId, runId }) => ({ params: { projectId }, query: { before: runId, limit: '5' } }),
  getRun: ({ runId }) => ({ params: { runId }, query: { after: '1', limit: '5' } }),
  retryRun: ({ failedRunId }) => ({ params: { runId: failedRunId }, body: { budget: budget } }),
  answerQuestion: ({ waitingRunId }) => ({
    params: { runId: waitingRunId },
    body: { callId: 'call-1', choice: 'happened', note: 'It did.' },
  }),
  changePlan: ({ goalRunId }) => ({
    params: { runId: goalRunId },
    body: { steps: [{ text: 'Read the letter', status: 'done', note: 'It is short.' }, { text: 'Answer it' }], version: 0 },
  }),
  branchRun: ({ runId }) => ({ params: { runId }, body: { event: 1, message: 'Something else', model: 'practice' } }),
  revertRun: ({ runId }) => ({ params: { runId } }),
  exportRun: ({ runId }) => ({ params: { runId }, query: { format: 'json' } }),
  readOutput: ({ waitingRunId }) => ({ params: { runId: waitingRunId, outputId: '1.1' }, query: { from: '10', length: '20' } }),
  followRun: ({ runId }) => ({ params: { runId }, query: { after: '1' } }),
  sendMessage: ({ runId }) => ({ params: { runId }, body: { message: 'And again' } }),
  stopRun: ({ runId }) => ({ params: { runId } }),
};
