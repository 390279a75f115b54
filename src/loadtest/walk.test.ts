import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createMeasurements } from './measure.ts';
import { measuredSteps } from './steps.ts';
import type { VirtualUser } from './users.ts';
import { createWalk } from './walk.ts';

/** A person whose sign-in works and whose project list never loads. */
function createUser(signInTakes = 0): VirtualUser {
  const email = 'ada@example.com';
  const call = (async ({ name }: { name: string }) => {
    if (name !== 'login') throw new Error('out of order');
    await sleep(signInTakes);
    return { status: 200, body: { user: { email } } };
  }) as unknown as VirtualUser['call'];
  return { email, password: '', projectId: '', call, files: new Map(), signedIn: false };
}

function start(think: number) {
  const measurements = createMeasurements(measuredSteps);
  return { measurements, walk: createWalk({ measurements, think }) };
}

function holdUp(milliseconds: number): void {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
}

describe('a walk', () => {
  it('counts a step from when it was due, and tells how late the generator was', async () => {
    const { measurements, walk } = start(20);
    walk.setUsers([createUser()], 0);
    await sleep(60);
    holdUp(300);
    await sleep(100);
    await walk.end();
    // With pauses of at most 200 ms, a step was due while nothing could begin.
    assert.ok(measurements.lateness().max > 90);
  });

  it('begins anew after an error, and does not sign in again while the session lasts', async () => {
    const { measurements, walk } = start(5);
    walk.setUsers([createUser()], 0);
    await sleep(200);
    await walk.end();
    const [signIn, list] = measurements.steps();
    assert.equal(signIn?.count, 1);
    assert.ok((list?.count ?? 0) > 1);
    assert.equal(list?.errors, list?.count);
  });

  it('lets people go who are not wanted any more, and takes on others', async () => {
    const { walk } = start(600_000);
    const users = [createUser(), createUser(), createUser()];
    walk.setUsers(users, 0);
    assert.equal(walk.counts().users, 3);
    await sleep(50);
    walk.setUsers(users.slice(0, 1), 0);
    await sleep(50);
    assert.equal(walk.counts().users, 1);
    await walk.end();
    assert.equal(walk.counts().users, 0);
  });

  it('of the open model begins visits at their times, whatever the answers', async () => {
    const { measurements, walk } = start(5);
    await walk.receive([createUser(), createUser(), createUser()], [0, 10, 20]);
    await sleep(100);
    await walk.end();
    assert.equal(measurements.steps()[0]?.count, 3);
    assert.equal(walk.counts().unserved, 0);
  });

  it('of the open model tells of visits that nobody was free for', async () => {
    const { walk } = start(5);
    await walk.receive([createUser(200)], [0, 1, 2]);
    assert.equal(walk.counts().unserved, 2);
    await walk.end();
  });

  it('ends at once, however long people would have thought', async () => {
    const { walk } = start(600_000);
    walk.setUsers([createUser()], 0);
    await sleep(20);
    await walk.end();
    assert.equal(walk.counts().underWay, 0);
  });
});
