import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ProblemError } from '#wire/call.ts';
import { createMeasurements, type Measurements } from '../measure.ts';
import { judge } from './judge.ts';

const steps = [{ name: 'open' }, { name: 'save' }, { name: 'stream, to its end', lap: true, paced: true }] as const;
const busy = new ProblemError({ type: '', title: '', status: 503, detail: 'Too busy.', code: 'overloaded', requestId: '' });

function judged(measure: (measured: Measurements) => void, overdue = 0) {
  const measured = createMeasurements(steps);
  for (let i = 0; i < 200; i++) measured.succeed('open', 10);
  measure(measured);
  return judge(measured, overdue);
}

const times = (count: number, work: () => void) => {
  for (let i = 0; i < count; i++) work();
};

describe('a stage', () => {
  it('holds while every step is fast and answers', () => {
    const { met, missed, errorRate } = judged(() => undefined);
    assert.deepEqual({ met, missed, errorRate }, { met: true, missed: [], errorRate: 0 });
  });

  it('does not hold when a step is slow, and the slowest one is its p95', () => {
    const { missed, p95 } = judged((measured) => times(20, () => measured.succeed('save', 700)));
    assert.deepEqual(missed, ['p95 of save 700 ms']);
    assert.ok(Math.abs(p95 - 700) < 1);
  });

  it('is not judged by a step that hardly ever ran', () =>
    assert.deepEqual(judged((measured) => times(3, () => measured.succeed('save', 700))).missed, []));

  it('of which no step ran often is judged by all requests', () => {
    const measured = createMeasurements(steps);
    for (const step of ['open', 'save']) times(5, () => measured.succeed(step, 800));
    assert.deepEqual(judge(measured).missed, ['p95 of all requests 800 ms']);
    assert.deepEqual(judge(createMeasurements(steps)).missed.slice(0, 1), ['nothing was answered']);
  });

  it('does not hold when requests fail, and names how', () =>
    assert.deepEqual(judged((measured) => times(3, () => measured.fail('open', 1, busy))).missed, [
      'errors 1.48 % (503 overloaded × 3 in open)',
    ]));

  it('does not hold when requests are left without an answer, though their time is not up yet', () => {
    assert.deepEqual(judged(() => undefined, 1).missed, []);
    assert.deepEqual(judged(() => undefined, 2).missed, ['2 requests were still without an answer']);
  });

  it('does not hold when the generator was late', () => {
    const { missed } = judged((measured) => times(5, () => measured.late(180)));
    assert.deepEqual(missed, ['the generator was late by 180 ms at p99']);
  });
});
