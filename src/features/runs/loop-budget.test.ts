import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Budget } from '#features/agents/budget.ts';
import { type Model, ModelError } from '#features/models/server/model.ts';
import { ada, answers, called, calls, createRun, end, result } from '../../../test/harness/listed-run.ts';

describe('a budget', () => {
  it('without amounts limits the steps for each message', async () => {
    const run = createRun(answers('one'));
    run.say('hi');
    for (let step = 1; step <= 50; step++) run.add([...called(step), result]);
    assert.equal(await run.step(), 'failed');
    run.say('again');
    assert.equal(await run.step(), 'done');
  });

  it('with amounts limits the run as a whole, and can be raised', async () => {
    const run = createRun(answers('one'), { budget: { steps: 1 } });
    run.say('hi');
    assert.equal(await run.step(), 'done');
    run.say('again');
    assert.equal(await run.step(), 'waiting');
    const asked = run.last();
    assert.ok(asked?.type === 'pause' && /budget of 1 step\. Raise/.test(asked.data.message));
    run.add([{ type: 'resume', data: { scope: 'run', bound: 'steps', choice: 'raise', by: ada } }]);
    run.ports.budget = { steps: 2 };
    assert.equal(await run.step(), 'done');
    run.say('and again');
    assert.equal(await run.step(), 'failed');
    const last = run.last();
    assert.ok(last?.type === 'error' && last.data.code === 'budget_reached');
  });

  it('for a day makes the run wait, and end once it has been raised and used up', async () => {
    const run = createRun(answers('one'));
    const today = { scope: 'project', bound: 'tokens', message: 'Used up for today.' } as const;
    run.say('hi');
    run.ports.reachedToday = async () => ({ ...today, limit: 100 });
    assert.equal(await run.step(), 'waiting');
    run.ports.reachedToday = async () => ({ ...today, limit: 0 });
    assert.equal(await run.step(), 'failed');
  });

  const bounds: [Budget, string][] = [
    [{ tokens: 15 }, '15 tokens'],
    [{ inputTokens: 10 }, '10 input tokens'],
    [{ outputTokens: 5 }, '5 output tokens'],
    [{ cost: 0.00002 }, 'US$ 0.00002'],
  ];
  for (const [budget, words] of bounds) {
    it(`of ${words} is enforced before each model call`, async () => {
      const run = createRun(calls('list_files'), { budget });
      run.say('hi');
      assert.equal(await run.step(), 'continue');
      assert.equal(await run.step(), 'waiting');
      const last = run.last();
      assert.ok(last?.type === 'pause' && last.data.message.includes(words), JSON.stringify(last));
    });
  }

  it('of minutes counts working time, on any server, but not time waiting for people', async () => {
    const run = createRun(answers('one'), { budget: { minutes: 10 } });
    run.say('hi');
    run.add([...called(1), result]);
    run.now.at += 9 * 60_000;
    run.add([{ type: 'notice', data: { code: 'retrying', message: '' } }, end('stopped')]);
    run.now.at += 3_600_000;
    run.say('go on');
    assert.equal(await run.step(), 'done');
    run.add([{ type: 'notice', data: { code: 'resumed', message: '' } }]);
    run.now.at += 2 * 60_000;
    run.say('and on');
    assert.equal(await run.step(), 'waiting');
  });

  it('of minutes does not count a night without servers', async () => {
    const run = createRun(calls('list_files'), { budget: { minutes: 10 } });
    run.say('go');
    run.now.at += 8 * 3_600_000;
    assert.equal(await run.step(), 'continue');
    assert.equal(await run.step(), 'continue');
    run.now.at += 8 * 3_600_000;
    run.add([{ type: 'notice', data: { code: 'resumed', message: '' } }]);
    assert.equal(await run.step(), 'waiting');
    run.add([{ type: 'answer', data: { callId: '1', choice: 'allow', by: ada } }]);
    run.now.at += 8 * 3_600_000;
    assert.equal(await run.step(), 'continue');
    assert.equal(run.ports.state().spending.run.ms, 0);
  });

  it('of minutes keeps counting while a person writes to a run at work', async () => {
    const run = createRun(answers('one'), { budget: { minutes: 10 } });
    run.say('go');
    run.add(called(1));
    run.say('and hurry');
    run.now.at += 11 * 60_000;
    run.add([result]);
    assert.equal(await run.step(), 'waiting');
  });

  it('is enforced before each retry too: what broke off had its cost', async () => {
    let asked = 0;
    const model: Model = async function* () {
      asked++;
      yield { type: 'text', text: 'x'.repeat(240) };
      throw new ModelError('cut_off', 'It broke off.', { temporary: true, retryAfterMs: 1 });
    };
    const run = createRun(model, { budget: { outputTokens: 100 }, fallback: model });
    run.say('hi');
    assert.equal(await run.step(), 'waiting');
    assert.equal(run.last()?.type, 'pause');
    assert.equal(asked, 2);
  });

  it('of minutes ends a model call that goes on too long', async () => {
    const run = createRun(
      async function* () {
        await sleep(60_000, undefined, { ref: false });
        yield { type: 'text', text: 'late' };
      },
      { budget: { minutes: 0.001 } },
    );
    run.say('hi');
    assert.equal(await run.step(), 'waiting');
    assert.equal(run.last()?.type, 'pause');
  });

  it('limits the length of the next response', async () => {
    const asked: (number | undefined)[] = [];
    const model: Model = (request) => {
      asked.push(request.maxOutputTokens);
      return answers('')(request);
    };
    for (const budget of [{ outputTokens: 100 }, { tokens: 50 }, { cost: 0.0002 }, {}]) {
      const run = createRun(model, { budget });
      run.say('hi');
      await run.step();
    }
    assert.deepEqual(asked, [100, 50, 100, 16_000]);
  });

  it('ignores what was spent before a branch', async () => {
    const run = createRun(answers('one'), { budget: { tokens: 15 } });
    run.say('hi');
    run.add([...called(1), result, { type: 'branch', data: { runId: '00000000-0000-7000-8000-000000000000', event: 5 } }]);
    run.say('otherwise');
    assert.equal(await run.step(), 'done');
  });
});
