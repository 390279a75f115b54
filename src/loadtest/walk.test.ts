import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createMeasurements } from './measure.ts';
import { measuredSteps } from './steps.ts';
import type { VirtualUser } from './users.ts';
import { walkAll } from './walk.ts';

/** A person whose sign-in works and whose list of projects never does. */
function createUser(): VirtualUser {
  const email = 'ada@example.com';
  const call = (async ({ name }: { name: string }) => {
    if (name !== 'login') throw new Error('out of order');
    return { status: 200, body: { user: { email } } };
  }) as unknown as VirtualUser['call'];
  return { email, password: '', projectId: '', call, saved: new Map() };
}

function holdUp(milliseconds: number): void {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
}

describe('a walk', () => {
  it('counts a step from when it was due, and tells how late the generator was', async () => {
    const measurements = createMeasurements(measuredSteps);
    const user = createUser();
    const timer = setTimeout(() => holdUp(300), 60);
    await walkAll({ users: [user], duration: 400, measurements, signal: new AbortController().signal, think: 20 });
    clearTimeout(timer);
    const signIn = measurements.steps().find(({ name }) => name === 'login');
    // With pauses of at most 200 ms, a step was due while nothing could begin.
    assert.ok((signIn?.max ?? 0) > 90, `the slowest sign-in took ${signIn?.max} ms`);
    assert.ok(measurements.lateness().max > 90);
  });

  it('begins the journey anew after an error', async () => {
    const measurements = createMeasurements(measuredSteps);
    await walkAll({ users: [createUser()], duration: 200, measurements, signal: new AbortController().signal, think: 5 });
    const [signIn, list, ...others] = measurements.steps();
    assert.ok((signIn?.count ?? 0) > 1);
    assert.equal(list?.errors, list?.count);
    assert.ok(others.every(({ count }) => count === 0));
  });

  it('ends at once when it is interrupted', async () => {
    const interrupt = new AbortController();
    const measurements = createMeasurements(measuredSteps);
    const walk = walkAll({ users: [createUser()], duration: 600_000, measurements, signal: interrupt.signal });
    interrupt.abort(new Error('Interrupted'));
    await assert.rejects(walk, { name: 'AbortError' });
  });
});
