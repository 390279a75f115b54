import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { untilAborted } from './server/loop/until-aborted.ts';

const stopped = new Error('stopped');

describe('a source read until a signal', () => {
  it('ends with the signal’s reason, even if the source ignores it', async () => {
    const stop = new AbortController();
    async function* source() {
      yield 1;
      await new Promise(() => undefined);
    }
    const seen: number[] = [];
    await assert.rejects(async () => {
      for await (const part of untilAborted(source(), stop.signal)) {
        seen.push(part);
        setTimeout(() => stop.abort(stopped), 5);
      }
    }, stopped);
    assert.deepEqual(seen, [1]);
  });

  it('passes on errors of the source, before and after the signal', async () => {
    const stop = new AbortController();
    // biome-ignore lint/correctness/useYield: it fails before the first value.
    async function* source(): AsyncGenerator<number> {
      throw new Error('broken');
    }
    await assert.rejects(Array.fromAsync(untilAborted(source(), stop.signal)), /broken/);
    stop.abort(stopped);
    await assert.rejects(Array.fromAsync(untilAborted(source(), stop.signal)), stopped);
  });

  it('retains no item once delivered, however long it continues', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const parts: WeakRef<object>[] = [];
    async function* source() {
      for (let n = 0; n < 1000; n++) {
        const part = { n };
        parts.push(new WeakRef(part));
        yield part;
      }
    }
    let kept = 0;
    for await (const { n } of untilAborted(source(), new AbortController().signal)) {
      if (n < 999) continue;
      await setImmediate();
      collect();
      kept = parts.filter((part) => part.deref()).length;
    }
    assert.ok(kept < 10, `${kept} of 1000 are kept`);
  });
});
