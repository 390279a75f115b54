import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { judge } from './judge.ts';
import { type Checkpoint, limits, type Trace } from './traces.ts';

const steady = { heap: 40e6, buffers: 5e6, handles: 12, timers: 9, listeners: 80, connections: 6, sessions: 0, 'cached sessions': 20 };

/** @param changed figures of a trace at each checkpoint */
function soak(changed: Partial<Record<Trace, (checkpoint: number) => number>> = {}): Checkpoint[] {
  return Array.from({ length: 16 }, (_, number) => ({
    at: number * 30,
    requests: number * 500,
    traces: Object.fromEntries(
      Object.entries(steady).map(([trace, figure]) => [trace, changed[trace as Trace]?.(number) ?? figure + (number % 3)]),
    ) as Checkpoint['traces'],
    processes: [10, 11],
    warnings: [],
  }));
}
const leaksOf = (checkpoints: Checkpoint[]) => judge(checkpoints).flatMap(({ trace, leaks }) => (leaks ? [trace] : []));

describe('a soak test', () => {
  it('finds no leak where everything moves to and fro', () => {
    assert.deepEqual(leaksOf(soak()), []);
  });

  for (const trace of Object.keys(limits) as Trace[])
    it(`names ${trace} if they alone rise with every round`, () => {
      const step = (limits[trace].tolerance * 2 + 1) / 4;
      assert.deepEqual(leaksOf(soak({ [trace]: (number: number) => steady[trace] + step * number })), [trace]);
    });

  it('takes what rises only at the beginning for a warm-up', () => {
    assert.deepEqual(leaksOf(soak({ heap: (number) => 40e6 + Math.min(number, 4) * 10e6 })), []);
  });

  it('takes less than is stated for no leak', () => {
    assert.deepEqual(leaksOf(soak({ heap: (number) => 40e6 + number * 0.1e6 })), []);
  });
});
