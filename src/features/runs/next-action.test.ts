import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { lastStep, readLog } from './conversation.ts';
import type { AnswerChoice, EventData, RunEvent } from './events.ts';
import { openCalls } from './server/log/run-state.ts';
import { type NextAction, nextAction } from './server/loop/next-action.ts';

const ada = { id: null, name: 'Ada' };
const message: EventData = { type: 'message', data: { text: 'hi', by: ada } };
const intent: EventData = { type: 'intent', data: { callId: '1', tool: 'send' } };
const question: EventData = {
  type: 'question',
  data: { callId: '1', tool: 'send', kind: 'unknown_outcome', message: '?', choices: ['retry', 'happened', 'skip'] },
};
const answer = (choice: AnswerChoice): EventData => ({ type: 'answer', data: { callId: '1', choice, by: ada } });
const result: EventData = { type: 'tool_result', data: { callId: '1', tool: 'send', ok: true, output: '', duration: 0 } };
const call = (step: number, input: unknown = { to: 'x' }): EventData[] => [
  { type: 'step', data: { step, model: 'test' } },
  { type: 'tool_call', data: { callId: '1', tool: 'send', input } },
  { type: 'step_end', data: { step, finish: 'tool-calls', inputTokens: 1, outputTokens: 1, cost: null } },
];

function nextActionAfter(...events: EventData[]): NextAction {
  const log = events.map((event, index) => ({ ...event, seq: index + 1, at: '2026-01-01T00:00:00Z' }) as RunEvent);
  const turns = readLog(log);
  const step = lastStep(turns);
  const [open] = step ? openCalls(step) : [];
  assert.ok(step && open);
  return nextAction(turns, step, open);
}

describe('the next action for a tool call', () => {
  const cases: [string, EventData[], NextAction['do']][] = [
    ['a new one is carried out', [], 'execute'],
    ['one that was begun, and whose outcome nobody knows, is asked about', [intent], 'ask'],
    ['one that was asked about when the run was stopped is asked about anew', [intent, question], 'ask'],
    ['a person’s retry carries it out once more', [intent, question, answer('retry')], 'execute'],
    ['and is asked about again when that breaks off too', [intent, question, answer('retry'), intent], 'ask'],
    ['one that happened is settled', [intent, question, answer('happened')], 'resolve'],
    ['one to be skipped is settled', [intent, question, answer('skip')], 'resolve'],
    ['a message instead of an answer settles it', [intent, question, message], 'resolve'],
  ];
  for (const [title, events, expected] of cases) {
    it(title, () => assert.equal(nextActionAfter(message, ...call(1), ...events).do, expected));
  }

  it('tells the model whether it happened', () => {
    const happened = nextActionAfter(message, ...call(1), intent, question, answer('happened'));
    const skipped = nextActionAfter(message, ...call(1), intent, question, answer('skip'));
    assert.ok(happened.do === 'resolve' && happened.ok && skipped.do === 'resolve' && !skipped.ok);
  });
});

describe('the same call repeated', () => {
  const again = (step: number, input?: unknown) => [...call(step, input), result];

  it('is asked about the third time in a row', () => {
    assert.equal(nextActionAfter(message, ...again(1), ...call(2)).do, 'execute');
    const decision = nextActionAfter(message, ...again(1), ...again(2), ...call(3));
    assert.ok(decision.do === 'ask' && decision.question.kind === 'repeated_call');
  });

  it('is executed once when a person allows it', () => {
    const events = [message, ...again(1), ...again(2), ...call(3), question, answer('allow')];
    assert.equal(nextActionAfter(...events).do, 'execute');
    assert.equal(nextActionAfter(...events, result, ...call(4)).do, 'ask');
  });

  it('counts only equal calls, whatever the order of their input, since the last message', () => {
    assert.equal(nextActionAfter(message, ...again(1, { a: 1, b: 2 }), ...again(2, { b: 2, a: 1 }), ...call(3, { a: 1, b: 2 })).do, 'ask');
    assert.equal(nextActionAfter(message, ...again(1), ...again(2, { to: 'y' }), ...call(3)).do, 'execute');
    assert.equal(nextActionAfter(message, ...again(1), ...again(2), message, ...call(3)).do, 'execute');
  });
});
