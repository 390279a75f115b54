import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Model } from '#features/models/server/model.ts';
import { readLog } from './conversation.ts';
import type { EventData, RunEvent } from './events.ts';
import { advance, type LoopPorts, toMessages } from './server/loop.ts';

/** A run whose log is a list, and whose tools answer with their names. */
function createRun(model: Model, limits = { steps: 10, tokens: 1000 }) {
  const log: RunEvent[] = [];
  const stop = new AbortController();
  const add = (events: EventData[]) => {
    for (const event of events) log.push({ ...event, seq: log.length + 1, at: '2026-01-01T00:00:00Z' } as RunEvent);
  };
  const ports: LoopPorts = {
    model,
    modelId: 'test',
    instructions: '',
    tools: [],
    limits,
    signal: stop.signal,
    begin: async (step) => {
      add([step]);
      return true;
    },
    append: async (events) => add(events),
    carryOut: async ({ callId, tool }) => add([{ type: 'tool_result', data: { callId, tool, ok: true, output: tool, duration: 0 } }]),
  };
  const say = (text: string) => add([{ type: 'message', data: { text, by: { id: null, name: 'Ada' } } }]);
  return { log, stop, add, say, step: () => advance(log, ports) };
}

const answers = (...parts: string[]): Model =>
  async function* () {
    for (const text of parts) yield { type: 'text', text };
    yield { type: 'finish', finish: 'stop', inputTokens: 1, outputTokens: 1 };
  };

describe('the agent loop', () => {
  it('is done when the model has answered without asking for a tool', async () => {
    const run = createRun(answers('Hello', ' there'));
    run.say('hi');
    assert.equal(await run.step(), 'done');
    assert.deepEqual(
      run.log.map((event) => event.type),
      ['message', 'step', 'text', 'step_end'],
    );
  });

  it('carries out tool calls only once the model’s step is whole', async () => {
    const run = createRun(async function* () {
      yield { type: 'tool_call', callId: '1', tool: 'list_files', input: {} };
      yield { type: 'finish', finish: 'tool-calls', inputTokens: 1, outputTokens: 1 };
    });
    run.say('list');
    assert.equal(await run.step(), 'continue');
    assert.deepEqual(
      run.log.map((event) => event.type),
      ['message', 'step', 'tool_call', 'step_end', 'tool_result'],
    );
  });

  it('carries out what a server that died had left open, without asking the model again', async () => {
    const run = createRun(() => assert.fail('the model was asked'));
    run.say('list');
    run.add([
      { type: 'step', data: { step: 1, model: 'test' } },
      { type: 'tool_call', data: { callId: '1', tool: 'list_files', input: {} } },
      { type: 'step_end', data: { step: 1, finish: 'tool-calls', inputTokens: 1, outputTokens: 1 } },
    ]);
    assert.equal(await run.step(), 'continue');
    assert.equal(run.log.at(-1)?.type, 'tool_result');
  });

  it('does a step again that broke off, in its place', async () => {
    const run = createRun(answers('whole'));
    run.say('hi');
    run.add([
      { type: 'step', data: { step: 1, model: 'test' } },
      { type: 'text', data: { text: 'hal' } },
    ]);
    assert.equal(await run.step(), 'done');
    assert.deepEqual(toMessages(readLog(run.log)).at(-1), { role: 'assistant', text: 'whole', calls: [] });
  });

  it('leaves what people saw before a stop where it is', async () => {
    const run = createRun(answers('whole'));
    run.say('hi');
    run.add([
      { type: 'step', data: { step: 1, model: 'test' } },
      { type: 'text', data: { text: 'before the stop' } },
      { type: 'end', data: { status: 'stopped' } },
    ]);
    run.say('go on');
    assert.equal(await run.step(), 'done');
    const steps = readLog(run.log).flatMap((turn) => (turn.kind === 'step' ? [turn.step] : []));
    assert.deepEqual(steps, [1, 2]);
  });

  it('says what went wrong when the model’s answer breaks off', async () => {
    const run = createRun(async function* () {
      yield { type: 'text', text: 'Hel' };
    });
    run.say('hi');
    assert.equal(await run.step(), 'failed');
    const last = run.log.at(-1);
    assert.ok(last?.type === 'error' && last.data.code === 'cut_off');
  });

  it('ends at once when it is told to, also when the model does not listen', async () => {
    const run = createRun(async function* () {
      await sleep(60_000, undefined, { ref: false });
      yield { type: 'text', text: 'late' };
    });
    run.say('hi');
    const step = run.step();
    setTimeout(() => run.stop.abort(new Error('stop')), 20);
    await assert.rejects(step, /stop/);
  });

  it('asks the model no more when the steps for a message are used up', async () => {
    const run = createRun(answers('one'), { steps: 1, tokens: 1000 });
    run.say('hi');
    assert.equal(await run.step(), 'done');
    assert.equal(await run.step(), 'failed');
    run.say('again');
    assert.equal(await run.step(), 'done');
  });
});
