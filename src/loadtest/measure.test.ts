import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ProblemError } from '#wire/call.ts';
import { WrongAnswer } from './failure.ts';
import { createMeasurements, unpackBatch } from './measure.ts';

const steps = [{ name: 'open' }, { name: 'stream' }, { name: 'stream, to its end', lap: true, paced: true }] as const;
const refusal = (status: number, code: string) =>
  new ProblemError({ type: 'about:blank', title: code, status, detail: `refused as ${code}`, code, requestId: '' });

function isAbout(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) <= expected / 1000, `${actual} is not within 0.1 % of ${expected}`);
}

describe('measurements', () => {
  it('give percentiles of each step in milliseconds', () => {
    const measured = createMeasurements(steps);
    for (let i = 1; i <= 1000; i++) measured.succeed('open', i);
    const [open, stream] = measured.steps();
    assert.equal(open?.count, 1000);
    for (const [percentile, expected] of [
      ['p50', 500],
      ['p95', 950],
      ['p99', 990],
      ['max', 1000],
    ] as const) {
      isAbout(open?.[percentile] ?? 0, expected);
    }
    assert.deepEqual({ count: stream?.count, p95: stream?.p95 }, { count: 0, p95: 0 });
  });

  it('tell fractions of a millisecond', () => {
    const measured = createMeasurements(steps);
    measured.succeed('open', 0.25);
    isAbout(measured.steps()[0]?.p50 ?? 0, 0.25);
  });

  it('do not count a failure as fast, but a timeout as slow', () => {
    const measured = createMeasurements(steps);
    measured.succeed('open', 100);
    measured.fail('open', 1, refusal(503, 'overloaded'));
    isAbout(measured.steps()[0]?.p50 ?? 0, 100);
    measured.fail('open', 30_000, new DOMException('too late', 'TimeoutError'));
    isAbout(measured.steps()[0]?.max ?? 0, 30_000);
    assert.deepEqual({ count: measured.steps()[0]?.count, errors: measured.steps()[0]?.errors }, { count: 3, errors: 2 });
  });

  it('count a request once, however many laps it has', () => {
    const measured = createMeasurements(steps);
    measured.succeed('stream', 5);
    measured.fail('stream, to its end', 4000, new WrongAnswer('stream_gap', 'event 9 came after event 7'));
    const { requests, errors } = measured.total();
    assert.deepEqual({ requests, errors }, { requests: 1, errors: 1 });
  });

  it('leave what goes at the pace of the model out of the total latency', () => {
    const measured = createMeasurements(steps);
    measured.succeed('stream', 5);
    measured.succeed('stream, to its end', 4000);
    isAbout(measured.total().max, 5);
  });

  it('name failures by step and code, the most frequent first', () => {
    const measured = createMeasurements(steps);
    measured.fail(
      'open',
      1,
      new TypeError('terminated', { cause: Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' }) }),
    );
    measured.fail('stream', 1, refusal(429, 'rate_limited'));
    measured.fail('stream', 1, refusal(429, 'rate_limited'));
    assert.deepEqual(measured.failures(), [
      { step: 'stream', code: '429 rate_limited', count: 2, example: 'refused as rate_limited' },
      { step: 'open', code: 'broken UND_ERR_SOCKET', count: 1, example: 'terminated' },
    ]);
  });

  it('of several generators, merged, are those of one', () => {
    const [one, other, whole, merged] = [1, 2, 3, 4].map(() => createMeasurements(steps));
    assert.ok(one && other && whole && merged);
    for (let i = 1; i <= 5000; i++) {
      const latency = (i * 7919) % 30_011;
      const part = i % 3 === 0 ? one : other;
      for (const measured of [part, whole]) {
        if (i % 50 === 0) measured.fail('stream', latency, refusal(503, 'overloaded'));
        else measured.succeed(i % 2 === 0 ? 'open' : 'stream', latency / 7);
        measured.late(latency / 1000);
      }
      // A batch now and then, as sent by generators.
      if (i % 1000 === 0) for (const sent of [one, other]) merged.addBatch(unpackBatch(JSON.parse(JSON.stringify(sent.takeBatch()))));
    }
    assert.deepEqual(merged.steps(), whole.steps());
    assert.deepEqual(merged.total(), whole.total());
    assert.deepEqual(merged.lateness(), whole.lateness());
    assert.deepEqual(merged.failures(), whole.failures());
    assert.equal(one.total().requests, 0, 'what was sent is not sent again');
  });
});
