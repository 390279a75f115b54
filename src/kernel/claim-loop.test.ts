import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { eventually } from '../../test/harness/eventually.ts';
import { createClaimLoop } from './claim-loop.ts';
import { createLog } from './log.ts';

/** Longer than any test: tests trigger each poll, none waits for time to pass. */
const NEVER_MS = 1_000_000;
const log = await createLog({ level: 'silent', readable: false });

/** Items that wait to be claimed, and finish when the test says so. */
function createWork(more: Partial<Parameters<typeof createClaimLoop<number>>[0]> = {}) {
  const waiting: number[] = [];
  const doing = new Map<number, { done: () => void; fail: (error: Error) => void; stop: AbortController }>();
  const errors: unknown[] = [];
  let claims = 0;
  const loop = createClaimLoop<number>({
    log,
    what: 'numbers',
    everyMs: NEVER_MS,
    max: 2,
    async claim(room) {
      claims++;
      return waiting.splice(0, room);
    },
    process(item, stop) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      doing.set(item, { done: resolve, fail: reject, stop });
      return promise.finally(() => doing.delete(item));
    },
    onError: (error, item) => errors.push([item, error]),
    ...more,
  });
  return { waiting, doing, errors, loop, claims: () => claims };
}

describe('a claim loop', () => {
  it('claims as many items as it has room for, and the next one as soon as one finishes', async () => {
    const { waiting, doing, loop } = createWork();
    waiting.push(1, 2, 3);
    loop.start();
    await eventually('two are being processed', () => doing.size, 2);
    assert.deepEqual([waiting, loop.count()], [[3], 2]);
    doing.get(2)?.done();
    await eventually('the third is being processed', () => doing.has(3));
    for (const { done } of doing.values()) done();
    await loop.close();
    assert.equal(loop.count(), 0);
  });

  it('does not poll when an item finishes and the last poll left none', async () => {
    const { waiting, doing, loop, claims } = createWork();
    waiting.push(1);
    loop.start();
    await eventually('one is being processed', () => doing.size, 1);
    doing.get(1)?.done();
    await eventually('none is being processed', () => loop.count(), 0);
    await turn();
    assert.equal(claims(), 1);
    await loop.close();
  });

  it('does nothing before it starts or after it closes', async () => {
    const { waiting, loop, claims } = createWork();
    loop.wake();
    loop.start();
    await eventually('one claim is made', () => claims(), 1);
    await loop.close();
    waiting.push(1);
    loop.wake();
    await turn();
    assert.deepEqual([claims(), waiting], [1, [1]]);
  });

  it('polls when woken, and once more when woken during a poll', async () => {
    const gate = Promise.withResolvers<void>();
    let polls = 0;
    const { loop } = createWork({
      async claim() {
        if (++polls === 1) await gate.promise;
        return [];
      },
    });
    loop.start();
    await eventually('it polls', () => polls, 1);
    for (let times = 0; times < 5; times++) loop.wake();
    gate.resolve();
    await eventually('it polls again', () => polls, 2);
    await turn();
    assert.equal(polls, 2);
    loop.wake();
    await eventually('it polls a third time', () => polls, 3);
    await loop.close();
  });

  it('continues after a failed poll or item, without rushing', async () => {
    let polls = 0;
    const { errors, loop } = createWork({
      async claim() {
        if (++polls === 1) throw new Error('the database is away');
        return polls === 2 ? [1] : [];
      },
      process: () => Promise.reject(new Error('not now')),
    });
    loop.start();
    await eventually('it polls', () => polls, 1);
    loop.wake();
    await eventually('the error is reported', () => errors.length, 1);
    await turn();
    assert.equal(polls, 2, 'it comes back in its time');
    loop.wake();
    await eventually('it polls a third time', () => polls, 3);
    await loop.close();
  });

  it('polls on its own interval, and runs maintenance when it has no room', async () => {
    let looks = 0;
    const { waiting, doing, loop, claims } = createWork({ everyMs: 1, max: 1, maintain: async () => void looks++ });
    waiting.push(1, 2);
    loop.start();
    await eventually('one is being processed', () => doing.size, 1);
    const [before, claimed] = [looks, claims()];
    await eventually('it looks again and again', () => looks > before + 3);
    assert.equal(claims(), claimed);
    doing.get(1)?.done();
    await eventually('the second is being processed', () => doing.has(2));
    doing.get(2)?.done();
    await loop.close();
  });

  it('claims nothing before it is due, and polls when it becomes due', async () => {
    const asked: number[] = [];
    const { waiting, doing, loop, claims } = createWork({
      async dueInMs() {
        asked.push(claims());
        return [3, 2, 1, 0][asked.length - 1] ?? NEVER_MS;
      },
    });
    waiting.push(1);
    loop.start();
    await eventually('one is being processed', () => doing.size, 1);
    await eventually('five are asked for', () => asked.length, 5);
    assert.deepEqual(asked, [0, 0, 0, 0, 1], 'it asks at once when the next is due');
    doing.get(1)?.done();
    await loop.close();
  });

  it('lets items in progress finish when it closes', async () => {
    const { waiting, doing, loop } = createWork();
    waiting.push(1);
    loop.start();
    await eventually('one is being processed', () => doing.size, 1);
    let closed = false;
    const closing = loop.close().then(() => (closed = true));
    await turn();
    assert.equal(closed, false);
    doing.get(1)?.done();
    await closing;
  });

  it('aborts an item that exceeds its timeout, with the reason', async () => {
    const reason = new Error('this server stops');
    const { waiting, doing, errors, loop } = createWork({ patienceMs: 1, closeReason: reason });
    waiting.push(1);
    loop.start();
    await eventually('one is being processed', () => doing.size, 1);
    const { stop, fail } = doing.get(1) ?? assert.fail();
    stop.signal.addEventListener('abort', () => fail(reason));
    await loop.close();
    assert.deepEqual([stop.signal.reason, errors], [reason, [[1, reason]]]);
  });
});
