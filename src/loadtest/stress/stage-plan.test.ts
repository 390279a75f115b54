import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { outcomeOf, type PlanOptions, planNext, type StageResult } from './stage-plan.ts';

const options = { first: 50, max: 5000 };

/** Simulates a whole test against a server of known capacity. */
function play(
  holds: (stage: { users: number; direction: 'up' | 'down' }) => boolean,
  { first, max }: PlanOptions = options,
): StageResult[] {
  const stages: StageResult[] = [];
  for (let next = planNext(stages, { first, max }); next; next = planNext(stages, { first, max })) {
    stages.push({ ...next, met: holds(next) });
    assert.ok(stages.length < 50, 'it comes to an end');
  }
  return stages;
}

const usersOf = (stages: readonly StageResult[]) => stages.map(({ users, direction }) => (direction === 'up' ? users : -users));

describe('the plan of a stress test', () => {
  it('doubles to the first miss, narrows it to a tenth, and confirms it going down', () => {
    const stages = play(({ users }) => users <= 1300);
    assert.deepEqual(usersOf(stages), [50, 100, 200, 400, 800, 1600, 1200, 1400, 1300, -1300]);
    assert.deepEqual(outcomeOf(stages), { holds: 1300, breaks: 1400 });
  });

  it('goes below the first stage when that breaks', () => {
    const stages = play(({ users }) => users <= 7);
    assert.deepEqual(usersOf(stages), [50, 25, 13, 7, 10, 9, 8, -7]);
    assert.deepEqual(outcomeOf(stages), { holds: 7, breaks: 8 });
  });

  it('says that nothing holds when not even one user does', () => {
    const stages = play(() => false);
    assert.equal(stages.at(-1)?.users, 1);
    assert.deepEqual(outcomeOf(stages), { holds: 0, breaks: 1 });
  });

  it('ends at the requested maximum of users when the targets hold', () => {
    const stages = play(() => true, { first: 50, max: 300 });
    assert.deepEqual(usersOf(stages), [50, 100, 200, 300]);
    assert.deepEqual(outcomeOf(stages), { holds: 300, breaks: null });
  });

  it('lets the lower figure count when what held going up does not hold going down', () => {
    const stages = play(({ users, direction }) => users <= (direction === 'up' ? 100 : 85));
    assert.deepEqual(usersOf(stages), [50, 100, 200, 150, 125, 113, 107, -100, -90, -81]);
    assert.deepEqual(outcomeOf(stages), { holds: 81, breaks: 90 });
  });

  it('gives up going down after a few tries', () => {
    const stages = play(({ users, direction }) => direction === 'up' && users <= 100);
    assert.equal(stages.filter(({ direction }) => direction === 'down').length, 8);
    assert.equal(outcomeOf(stages).holds, 0);
  });
});
