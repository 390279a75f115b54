import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ModelError, type ModelRequest } from '#features/models/server/model.ts';
import { ada, answers, busy, called, calls, createRun, end, failing, result } from '../../../test/harness/listed-run.ts';
import type { EventData } from './events.ts';
import { retryDelay } from './server/loop/loop.ts';
import { toMessages } from './server/loop/messages.ts';

describe('the agent loop', () => {
  it('ends when the model responds without a tool call', async () => {
    const run = createRun(answers('Hello', ' there'));
    run.say('hi');
    assert.equal(await run.step(), 'done');
    assert.deepEqual(run.types(), ['message', 'step', 'text', 'step_end']);
  });

  it('executes tool calls only once the model’s step is complete', async () => {
    const run = createRun(calls('list_files'));
    run.say('list');
    assert.equal(await run.step(), 'continue');
    assert.deepEqual(run.types(), ['message', 'step', 'tool_call', 'step_end', 'tool_result']);
  });

  it('executes what a dead server left open, without calling the model again', async () => {
    const run = createRun(() => assert.fail('the model was asked'));
    run.say('list');
    run.add(called(1));
    assert.equal(await run.step(), 'continue');
    assert.equal(run.last()?.type, 'tool_result');
  });

  it('calls no model again when only the end of the run is missing', async () => {
    const run = createRun(() => assert.fail('the model was asked'));
    run.say('hi');
    run.add([
      { type: 'step', data: { step: 1, model: 'test' } },
      { type: 'text', data: { text: 'whole' } },
      { type: 'step_end', data: { step: 1, finish: 'stop', inputTokens: 1, outputTokens: 1, cost: null } },
      { type: 'notice', data: { code: 'resumed', message: '' } },
    ]);
    assert.equal(await run.step(), 'done');
  });

  it('redoes an interrupted step in place', async () => {
    const run = createRun(answers('whole'));
    run.say('hi');
    run.add([
      { type: 'step', data: { step: 1, model: 'test' } },
      { type: 'text', data: { text: 'hal' } },
    ]);
    assert.equal(await run.step(), 'done');
    assert.deepEqual(toMessages(run.ports.state().turns, 'test').at(-1), { role: 'assistant', text: 'whole', calls: [] });
  });

  it('knows what was said before a branch in the middle of a response', async () => {
    const run = createRun(answers('whole'));
    run.say('hi');
    run.add([
      { type: 'step', data: { step: 1, model: 'test' } },
      { type: 'text', data: { text: 'hal' } },
      { type: 'branch', data: { runId: '019ab000-0000-7000-8000-000000000000', event: 4 } },
    ]);
    run.say('no, rather');
    assert.deepEqual(toMessages(run.ports.state().turns, 'test').slice(1, -1), [{ role: 'assistant', text: 'hal […]', calls: [] }]);
    assert.equal(await run.step(), 'done');
    assert.deepEqual(toMessages(run.ports.state().turns, 'test').slice(1, -2), [{ role: 'assistant', text: 'hal […]', calls: [] }]);
  });

  it('keeps what people saw before a stop, and tells the model about it', async () => {
    let asked: ModelRequest | undefined;
    const run = createRun((request) => {
      asked = request;
      return answers('whole')(request);
    });
    run.say('hi');
    run.add([{ type: 'step', data: { step: 1, model: 'test' } }, { type: 'text', data: { text: 'before the stop' } }, end('stopped')]);
    run.say('go on');
    assert.equal(await run.step(), 'done');
    const steps = run.ports.state().turns.flatMap((turn) => (turn.kind === 'step' ? [turn.step] : []));
    assert.deepEqual(steps, [1, 2]);
    assert.deepEqual(
      asked?.messages.map((message) => (message.role === 'tool' ? '' : message.text)),
      ['hi', 'before the stop […]', 'go on'],
    );
  });

  it('stores tool input as written, and a tool server’s calls with its name', async () => {
    const run = createRun(async function* () {
      yield { type: 'tool_input', callId: '1', tool: 'post__send', text: '{"to":' };
      yield { type: 'tool_input', callId: '1', tool: 'post__send', text: '"x"}' };
      yield { type: 'tool_call', callId: '1', tool: 'post__send', input: { to: 'x' } };
      yield { type: 'finish', finish: 'tool-calls', inputTokens: 1, outputTokens: 1 };
    });
    run.say('send');
    await run.step();
    const [input, call] = run.log.slice(2);
    assert.ok(input?.type === 'tool_input' && input.data.text === '{"to":"x"}');
    assert.ok(call?.type === 'tool_call' && call.data.server === 'Post');
  });

  it('distinguishes calls to which a model gives the same id', async () => {
    const run = createRun(async function* () {
      for (const path of ['a', 'b']) yield { type: 'tool_call', callId: 'call', tool: 'read_file', input: { path } };
      yield { type: 'finish', finish: 'tool-calls', inputTokens: 1, outputTokens: 1 };
    });
    run.say('read');
    await run.step();
    const results = run.log.flatMap((event) => (event.type === 'tool_result' ? [event.data.callId] : []));
    assert.deepEqual(results, ['call', 'call#2']);
  });

  it('ends at once when stopped, even if the model ignores it, and keeps what was said', async () => {
    const run = createRun(async function* () {
      yield { type: 'text', text: 'half a sen' };
      await sleep(60_000, undefined, { ref: false });
      yield { type: 'text', text: 'late' };
    });
    run.say('hi');
    const step = run.step();
    setTimeout(() => run.stop.abort(new Error('stop')), 20);
    await assert.rejects(step, /stop/);
    assert.deepEqual(run.types(), ['message', 'step', 'text', 'step_cut']);
  });

  it('says so when a response is empty, truncated or filtered', async () => {
    for (const [finish, text, code] of [
      ['stop', '', 'answer_empty'],
      ['length', 'long', 'answer_cut'],
      ['content-filter', 'so', 'answer_filtered'],
    ] as const) {
      const run = createRun(async function* () {
        if (text) yield { type: 'text', text };
        yield { type: 'finish', finish, inputTokens: 1, outputTokens: 1 };
      });
      run.say('hi');
      assert.equal(await run.step(), 'done');
      assert.deepEqual(run.notices(), [code]);
    }
  });
});

describe('a provider that fails', () => {
  it('is called again after a while, and the log says so', async () => {
    const run = createRun(failing(busy(), busy()));
    run.say('hi');
    assert.equal(await run.step(), 'done');
    assert.deepEqual(run.notices(), ['retrying', 'retrying']);
    const steps = run.ports.state().turns.filter((turn) => turn.kind === 'step');
    assert.equal(steps.length, 1);
  });

  it('is given up after four attempts, and the run says why', async () => {
    const run = createRun(failing(busy(), busy(), busy(), busy()));
    run.say('hi');
    assert.equal(await run.step(), 'failed');
    const last = run.last();
    assert.ok(last?.type === 'error' && last.data.code === 'provider_busy');
  });

  it('gives way to another model, if there is one', async () => {
    const refusal = new ModelError('provider_refused', 'The key was refused.');
    const run = createRun(failing(refusal), { fallback: answers('from the other') });
    run.say('hi');
    assert.equal(await run.step(), 'done');
    assert.deepEqual(run.notices(), ['fallback']);
    const [turn] = run.ports.state().turns.filter((turn) => turn.kind === 'step');
    assert.ok(turn?.kind === 'step' && turn.model === 'other');
  });

  it('keeps its run if the request itself is at fault', async () => {
    const run = createRun(failing(new ModelError('request_refused', 'No.')), { fallback: () => assert.fail('the other was asked') });
    run.say('hi');
    assert.equal(await run.step(), 'failed');
  });

  it('is waited for as long as it says, within limits', () => {
    assert.equal(retryDelay(busy(7000), 1), 7000);
    assert.equal(retryDelay(busy(61_000), 1), undefined);
    assert.equal(retryDelay(new ModelError('provider_refused', ''), 1), undefined);
    const failed = new ModelError('provider_failed', '', { temporary: true });
    assert.deepEqual(
      [1, 2, 3, 4].map((attempt) => retryDelay(failed, attempt, () => 0.5)),
      [1000, 4000, 16_000, undefined],
    );
  });

  it('is no longer waited for once the run is stopped', async () => {
    const run = createRun(failing(busy(50_000)));
    run.say('hi');
    const step = run.step();
    setTimeout(() => run.stop.abort(new Error('stop')), 30);
    await assert.rejects(step);
  });

  it('that breaks off mid-response has its output counted by estimate, and the step is redone', async () => {
    let n = 0;
    const run = createRun(async function* (request) {
      if (n++ === 0) {
        yield { type: 'text', text: 'Once upon a time' };
        throw new ModelError('cut_off', 'It broke off.', { temporary: true, retryAfterMs: 1 });
      }
      yield* answers('whole')(request);
    });
    run.say('hi');
    assert.equal(await run.step(), 'done');
    const { spending } = run.ports.state();
    assert.equal(spending.run.outputTokens, 4 + 5);
    assert.ok(spending.run.inputTokens > 10);
  });

  it('that reports a conversation as too long is sent less of it', async () => {
    const seen: number[] = [];
    const run = createRun(
      async function* (request) {
        seen.push(JSON.stringify(request.messages).length);
        if (seen.length < 3) throw new ModelError('context_overflow', 'Too long.');
        yield* answers('fits')(request);
      },
      { model: { contextTokens: 60_000 } },
    );
    run.say('hi');
    for (let step = 1; step <= 6; step++)
      run.add([...called(step), { ...result, data: { ...result.data, output: 'x'.repeat(20_000) } } as EventData]);
    assert.equal(await run.step(), 'done');
    assert.ok(seen[0] && seen[1] && seen[2] && seen[0] > seen[1] && seen[1] > seen[2], seen.join());
    assert.ok(run.notices().includes('context_trimmed'));
  });
});

describe('a retry', () => {
  it('continues from the failed step, under its number', async () => {
    const run = createRun(answers('now it works'));
    run.say('hi');
    run.add([
      ...called(1),
      result,
      { type: 'step', data: { step: 2, model: 'test' } },
      { type: 'error', data: { code: 'x', message: '' } },
      end('failed'),
      { type: 'retry', data: { by: ada } },
    ]);
    assert.equal(await run.step(), 'done');
    const steps = run.ports.state().turns.flatMap((turn) => (turn.kind === 'step' ? [turn.step] : []));
    assert.deepEqual(steps, [1, 2]);
  });

  it('executes what was open when the run was stopped', async () => {
    const run = createRun(() => assert.fail('the model was asked'));
    run.say('hi');
    run.add([...called(1), end('stopped'), { type: 'retry', data: { by: ada } }]);
    assert.equal(await run.step(), 'continue');
    assert.equal(run.last()?.type, 'tool_result');
  });

  it('resumes nothing that a later message skipped, and a branch nothing that was open', async () => {
    for (const since of [
      [end('stopped'), { type: 'message', data: { text: 'no', by: ada } }, end('failed'), { type: 'retry', data: { by: ada } }],
      [
        { type: 'branch', data: { runId: '00000000-0000-7000-8000-000000000000', event: 5 } },
        { type: 'message', data: { text: 'no', by: ada } },
      ],
    ] as EventData[][]) {
      const run = createRun(answers('as you like'));
      run.say('hi');
      run.add([...called(1), ...since]);
      assert.equal(await run.step(), 'done');
      assert.ok(!run.types().includes('tool_result'));
    }
  });
});
