import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ProblemError } from '#wire/call.ts';
import { WrongAnswer } from './failure.ts';
import { createMeasurements, type Measurements } from './measure.ts';
import { checkAnswers, checkArrivals, checkTargets } from './targets.ts';

const steps = [{ name: 'open' }, { name: 'save' }, { name: 'stream, to its end', lap: true, paced: true }] as const;
const limited = new ProblemError({ type: '', title: '', status: 429, detail: 'Too many.', code: 'rate_limited', requestId: '' });

/** @returns the missed targets */
function check(measure: (measured: Measurements) => void): string[] {
  const measured = createMeasurements(steps);
  for (let i = 0; i < 100; i++) {
    measured.succeed('open', 10);
    measured.late(1);
  }
  measure(measured);
  return checkTargets(measured).flatMap(({ met, text }) => (met ? [] : [text]));
}

describe('the targets', () => {
  it('are met by what is fast and answers', () =>
    assert.deepEqual(
      check(() => undefined),
      [],
    ));

  it('name the step whose p95 is too slow', () =>
    assert.deepEqual(
      check((measured) => measured.succeed('save', 612)),
      ['p95 below 500 ms in every step: save 612 ms'],
    ));

  it('do not hold the pace of the model against the server', () =>
    assert.deepEqual(
      check((measured) => measured.succeed('stream, to its end', 8000)),
      [],
    ));

  it('are missed by errors from 1 % of requests on, and name them', () => {
    assert.deepEqual(
      check((measured) => measured.fail('save', 1, limited)),
      [],
      'one of 101 is less than 1 %',
    );
    const twice = (measured: Measurements) => {
      measured.fail('save', 1, limited);
      measured.fail('save', 1, limited);
    };
    assert.deepEqual(check(twice), ['errors below 1 % of requests: 1.96 %, 429 rate_limited × 2 in save']);
  });

  it('are missed by a step that often fails, even where the sum looks well', () => {
    const missed = check((measured) => {
      for (let i = 0; i < 900; i++) measured.succeed('open', 10);
      for (let i = 0; i < 3; i++) measured.fail('save', 1, limited);
    });
    assert.deepEqual(missed, ['errors below 1 % in every step (from 3 errors on): save 100.00 %']);
  });

  it('are missed when the generator was the bottleneck', () => {
    const missed = check((measured) => {
      for (let i = 0; i < 5; i++) measured.late(250);
    });
    assert.match(missed.join(), /p99 250 ms: the generator was the bottleneck, so the run is not valid/);
  });

  it('are missed when nothing was answered', () => {
    const [first] = checkTargets(createMeasurements(steps));
    assert.deepEqual(first, {
      met: false,
      text: 'p95 below 500 ms in every step that was reached (not open, save): nothing was answered',
    });
  });

  it('are missed by a single event that was lost', () => {
    const measured = createMeasurements(steps);
    measured.fail('save', 1, limited);
    assert.equal(checkAnswers(measured.failures()).met, true, 'a refusal is no wrong answer');
    measured.fail('stream, to its end', 1, new WrongAnswer('stream_gap', 'event 9 came after event 7'));
    assert.deepEqual(checkAnswers(measured.failures()), {
      met: false,
      text: 'no answer is wrong and no event of a stream is lost: stream_gap × 1 in stream, to its end (event 9 came after event 7)',
    });
  });

  it('of the open model are missed when nobody was free for a visit', () => {
    assert.equal(checkArrivals(0).met, true);
    assert.match(checkArrivals(3).text, /3 visits found nobody, so the run is not valid; raise USERS/);
  });
});
