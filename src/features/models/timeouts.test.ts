import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import type { Model, ModelPart } from './server/model.ts';
import { withTimeouts } from './server/timeouts.ts';

const timeouts = { firstTokenMs: 2000, tokenGapMs: 1000, stepMs: 5000 };
const text = (said: string): ModelPart => ({ type: 'text', text: said });
const finish: ModelPart = { type: 'finish', finish: 'stop', inputTokens: 1, outputTokens: 1 };

/** A model whose parts arrive after the given ms of the mocked clock; and how its call ended. */
function createSlowModel(parts: [afterMs: number, part: ModelPart][]) {
  const call = { aborted: false };
  const model: Model = async function* slow({ signal }) {
    signal.addEventListener('abort', () => {
      call.aborted = true;
    });
    for (const [afterMs, part] of parts) {
      await new Promise((resolve) => setTimeout(resolve, afterMs));
      yield part;
    }
  };
  return { call, model };
}

/** Reads in the background, while the clock advances in steps of 100 ms. */
async function read(model: Model, { forMs = 10_000, signal = new AbortController().signal } = {}): Promise<unknown[]> {
  const heard: unknown[] = [];
  let over = false;
  const reading = (async () => {
    try {
      for await (const part of model({ instructions: '', messages: [], tools: [], signal })) heard.push(part);
    } catch (error) {
      heard.push(error);
    }
    over = true;
  })();
  for (let ms = 0; ms < forMs && !over; ms += 100) {
    await new Promise((resolve) => setImmediate(resolve));
    mock.timers.tick(100);
  }
  await reading;
  return heard;
}

describe('the timeouts of a model call', () => {
  beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }));
  afterEach(() => mock.timers.reset());

  it('let an answer pass that keeps within them', async () => {
    const { model } = createSlowModel([
      [1900, text('a')],
      [900, text('b')],
      [900, finish],
    ]);
    assert.deepEqual(await read(withTimeouts(model, timeouts, 'Models Inc.')), [text('a'), text('b'), finish]);
  });

  const silences: [string, [number, ModelPart][], number, RegExp][] = [
    ['does not begin', [[2500, text('a')]], 0, /^Models Inc\. did not begin to answer within 2 s\./],
    [
      'stops in the middle',
      [
        [100, text('a')],
        [1500, text('b')],
      ],
      1,
      /^Models Inc\. said nothing more within 1 s\./,
    ],
    ['goes on for too long', Array.from({ length: 20 }, () => [500, text('.')]), 9, /^Models Inc\. did not finish its answer within 5 s\./],
  ];
  for (const [what, parts, heardBefore, says] of silences) {
    it(`end a call that ${what}, and keep its partial response`, async () => {
      const { model, call } = createSlowModel(parts);
      const heard = await read(withTimeouts(model, timeouts, 'Models Inc.'));
      const error = heard.pop() as { code?: string; temporary?: boolean; message: string };
      assert.equal(heard.length, heardBefore);
      assert.deepEqual([error.code, error.temporary], ['provider_silent', true]);
      assert.match(error.message, says);
      assert.ok(call.aborted);
    });
  }

  it('count waiting only: the reader may take its time', async () => {
    const { model } = createSlowModel([
      [100, text('a')],
      [100, text('b')],
      [100, finish],
    ]);
    const slowReader: Model = async function* slowReader(request) {
      for await (const part of withTimeouts(model, timeouts, 'Models Inc.')(request)) {
        await new Promise((resolve) => setTimeout(resolve, 1500));
        yield part;
      }
    };
    assert.deepEqual((await read(slowReader)).length, 3);
  });

  it('end a call of which the whole time ran out while its reader was busy', async () => {
    const { model } = createSlowModel([
      [100, text('a')],
      [100, text('b')],
    ]);
    const slowReader: Model = async function* slowReader(request) {
      for await (const part of withTimeouts(model, timeouts, 'Models Inc.')(request)) {
        await new Promise((resolve) => setTimeout(resolve, 6000));
        yield part;
      }
    };
    const heard = await read(slowReader, { forMs: 20_000 });
    assert.match(String(heard.at(-1)), /did not finish its answer within 5 s/);
  });

  it('give way to a stop, with its own reason', async () => {
    const { model, call } = createSlowModel([[60_000, text('a')]]);
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error('stopped')), 500);
    const heard = await read(withTimeouts(model, timeouts, 'Models Inc.'), { signal: stop.signal });
    assert.deepEqual(heard, [new Error('stopped')]);
    assert.ok(call.aborted);
  });

  it('do not call at all after a stop', async () => {
    let called = false;
    const model: Model = async function* () {
      called = true;
      yield finish;
    };
    const heard = await read(withTimeouts(model, timeouts, 'Models Inc.'), { signal: AbortSignal.abort(new Error('stopped')) });
    assert.deepEqual([heard, called], [[new Error('stopped')], false]);
  });

  it('end the call when its reader stops reading', async () => {
    const { model, call } = createSlowModel([
      [0, text('a')],
      [0, text('b')],
    ]);
    const reader: Model = async function* reader(request) {
      for await (const part of withTimeouts(model, timeouts, 'Models Inc.')(request)) {
        yield part;
        return;
      }
    };
    assert.deepEqual(await read(reader), [text('a')]);
    assert.ok(call.aborted);
  });

  it('pass on what the model itself throws', async () => {
    const model: Model = async function* () {
      yield* [];
      throw new Error('no money');
    };
    assert.deepEqual(await read(withTimeouts(model, timeouts, 'Models Inc.')), [new Error('no money')]);
  });
});
