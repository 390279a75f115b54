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
  it('claims as much as it has room for, and the next at once when one is done', async () => {
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

  it('does nothing before its start, and nothing after its close', async () => {
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

  it('polls when it is woken, and once more when it is woken while it polls', async () => {
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

  it('goes on after a poll that failed, and after an item that did, but does not hurry to that', async () => {
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

  it('polls by itself after its time, and looks after what it is told to where it has no room', async () => {
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

  it('claims nothing before it is due, and polls when it is', async () => {
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

  it('lets what it does finish when it closes', async () => {
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

  it('stops what takes longer than its patience, with the reason', async () => {
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
