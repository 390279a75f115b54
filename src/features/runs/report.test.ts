import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EventData, RunEvent } from './events.ts';
import { composeReport } from './server/log/report.ts';
import { addToState, emptyState, wasInterrupted } from './server/log/run-state.ts';

const by = { id: null, name: 'Ada' };
const approvalId = '019ab000-0000-7000-8000-000000000000';
const message: EventData = { type: 'message', data: { text: 'Describe the engine', by } };
const step = (number: number, ...said: EventData[]): EventData[] => [
  { type: 'step', data: { step: number, model: 'test' } },
  ...said,
  { type: 'step_end', data: { step: number, finish: 'stop', inputTokens: 10, outputTokens: 5, cost: 0.5 } },
];
const says = (text: string): EventData => ({ type: 'text', data: { text } });
const calls = (callId: string): EventData => ({ type: 'tool_call', data: { callId, tool: 'write_file', input: {} } });
const result = (callId: string, ...paths: string[]): EventData => ({
  type: 'tool_result',
  data: { callId, tool: 'write_file', ok: true, output: '', duration: 0, change: { id: approvalId, number: 1, paths } },
});
const asks = (callId: string): EventData => ({
  type: 'question',
  data: { callId, tool: 'write_file', kind: 'approval', message: '', choices: ['approve', 'reject'], approvalId },
});
const answers = (callId: string, choice: 'approve' | 'reject' | 'expire' | 'renew'): EventData => ({
  type: 'answer',
  data: { callId, choice, by },
});
const pauses: EventData = { type: 'pause', data: { scope: 'run', bound: 'steps', message: '', approvalId } };
const resumes = (choice: 'raise' | 'refuse'): EventData => ({ type: 'resume', data: { scope: 'run', bound: 'steps', choice, by } });
const fails = (text: string): EventData => ({ type: 'error', data: { code: 'provider_failed', message: text } });
const branch: EventData = { type: 'branch', data: { runId: approvalId, event: 3 } };
const plan = (version: number, ...texts: string[]): EventData => ({
  type: 'plan',
  data: { steps: texts.map((text) => ({ text, status: 'open' })), version, by },
});

const readAll = (log: EventData[]) =>
  log
    .map((event, index) => ({ ...event, seq: index + 1, at: new Date(index * 1000).toISOString() }) as RunEvent)
    .reduce(addToState, emptyState);
const report = (log: EventData[], status: 'done' | 'failed' | 'stopped' = 'done', error?: string) => {
  return composeReport(readAll(log), status, error).data;
};

const table: {
  what: string;
  log: EventData[];
  status?: 'failed' | 'stopped';
  error?: string;
  tells: Partial<ReturnType<typeof report>>;
}[] = [
  {
    what: 'nothing where nothing was done',
    log: [message],
    tells: { plan: [], words: '', changed: { paths: [], pathCount: 0, changes: 0 }, approvals: { asked: 0, approved: 0, rejected: 0 } },
  },
  { what: 'the plan as it was left last', log: [message, plan(1, 'a'), plan(2, 'b')], tells: { plan: [{ text: 'b', status: 'open' }] } },
  {
    what: 'each changed file once, in order',
    log: [message, ...step(1, calls('1'), calls('2')), result('1', 'b', 'a'), result('2', 'b')],
    tells: { changed: { paths: ['a', 'b'], pathCount: 2, changes: 2 } },
  },
  {
    what: 'the first 200 of very many changed files, and how many there are',
    log: [message, ...step(1, calls('1')), result('1', ...Array.from({ length: 300 }, (_, index) => String(index + 100)))],
    tells: { changed: { paths: Array.from({ length: 200 }, (_, index) => String(index + 100)), pathCount: 300, changes: 1 } },
  },
  {
    what: 'what the model said last',
    log: [message, ...step(1, says('so')), ...step(2, says('it '), says('is'))],
    tells: { words: 'it is' },
  },
  { what: 'no words of a step that went on to a tool', log: [message, ...step(1, says('I write'), calls('1'))], tells: { words: '' } },
  {
    what: 'no words of a step that broke off',
    log: [message, ...step(1, says('so')).slice(0, 2)],
    status: 'stopped',
    tells: { words: '' },
  },
  {
    what: 'no words from before the last message',
    log: [message, ...step(1, says('so')), message],
    status: 'stopped',
    tells: { words: '' },
  },
  {
    what: 'what was approved and what was rejected, also by nobody in time',
    log: [
      message,
      ...step(1, calls('1'), calls('2'), calls('3'), calls('4')),
      ...[asks('1'), answers('1', 'approve'), asks('2'), answers('2', 'reject'), asks('3'), answers('3', 'expire'), asks('4')],
    ],
    tells: { approvals: { asked: 4, approved: 1, rejected: 2 } },
  },
  {
    what: 'a call that was asked again, since files had changed, by its last answer',
    log: [message, ...step(1, calls('1')), asks('1'), answers('1', 'renew'), asks('1')],
    tells: { approvals: { asked: 1, approved: 0, rejected: 0 } },
  },
  {
    what: 'budgets that were raised and refused',
    log: [message, pauses, resumes('raise'), pauses, resumes('refuse')],
    tells: { approvals: { asked: 2, approved: 1, rejected: 1 } },
  },
  { what: 'why it failed, as the log tells', log: [message, fails('too odd')], status: 'failed', tells: { error: 'too odd' } },
  { what: 'why it failed, as the log is about to tell', log: [message], status: 'failed', error: 'gone', tells: { error: 'gone' } },
  {
    what: 'no failure that it got over',
    log: [message, fails('too odd'), ...step(1, says('it is'))],
    tells: { error: undefined, words: 'it is' } as never,
  },
  {
    what: 'nothing of what another run did before the branch',
    log: [message, ...step(1, calls('1')), asks('1'), answers('1', 'approve'), result('1', 'a'), branch, message, ...step(2, says('no'))],
    tells: { changed: { paths: [], pathCount: 0, changes: 0 }, approvals: { asked: 0, approved: 0, rejected: 0 }, words: 'no' },
  },
];

describe('a report shows', () => {
  for (const { what, log, status, error, tells } of table) {
    it(what, () => {
      const found = report(log, status, error);
      for (const [name, value] of Object.entries(tells)) assert.deepEqual(found[name as keyof typeof found], value, name);
    });
  }

  it('what was spent, excluding time waiting for people, whatever they did meanwhile', () => {
    // A second between events: the wait lasts from the question to its answer.
    const waits = [asks('1'), plan(1, 'a'), answers('1', 'approve')];
    const { spent } = report([message, ...step(1, calls('1')), ...waits, result('1', 'a'), ...step(2, says('it is'))]);
    assert.deepEqual(spent, { steps: 2, inputTokens: 20, outputTokens: 10, cost: 1, unpriced: 0, ms: 6000 });
  });
});

describe('a run whose plan was changed while no server had it', () => {
  it('was not interrupted', () => {
    assert.equal(wasInterrupted(readAll([message, plan(1, 'a')])), false);
    assert.equal(wasInterrupted(readAll([message, plan(1, 'a'), ...step(1, says('so')).slice(0, 1), plan(2, 'b')])), true);
  });
});
