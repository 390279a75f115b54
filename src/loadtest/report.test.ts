import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ProblemError } from '#wire/call.ts';
import { createMeasurements, type Measurements } from './measure.ts';
import { makeReport, renderReport } from './report.ts';

const steps = [{ name: 'open' }, { name: 'save' }, { name: 'stream, to its end', lap: true, paced: true }] as const;
const setting = {
  test: 'load',
  startedAt: '2026-01-01T00:00:00.000Z',
  users: 2,
  seconds: 10,
  target: { origin: 'http://127.0.0.1:5000', about: 'A server for the test' },
  machine: { cores: 2, processor: 'Some processor', memoryGiB: 24, node: 'v24.0.0', system: 'linux x64' },
  notes: [],
} as const;
const limited = new ProblemError({ type: '', title: '', status: 429, detail: 'Too many.', code: 'rate_limited', requestId: '' });

function report(measure: (measured: Measurements) => void) {
  const measured = createMeasurements(steps);
  for (let i = 0; i < 100; i++) {
    measured.succeed('open', 10);
    measured.late(1);
  }
  measure(measured);
  const made = makeReport({ ...setting, notes: [] }, measured);
  return { ...made, text: renderReport(made), missed: made.targets.filter(({ met }) => !met).map(({ text }) => text) };
}

describe('a report', () => {
  it('says passed when every target is met', () => {
    const { passed, missed, text } = report(() => undefined);
    assert.deepEqual({ passed, missed }, { passed: true, missed: [] });
    assert.match(text, /Passed: every target is met\.\n$/);
  });

  it('aligns its table, one line a step', () => {
    const { text } = report((measured) => measured.succeed('stream, to its end', 12_345));
    const table = text.split('\n').filter((line) => /^ {2}(?:step|open|save|stream)/.test(line));
    assert.deepEqual(table, [
      '  step                  count  errors     p50     p95     p99     max  target',
      '  open                    100       0      10      10      10      10  ✓ met',
      '  save                      0       0       -       -       -       -  not reached',
      '  stream, to its end *      1       0  12,345  12,345  12,345  12,345  -',
    ]);
  });

  it('names the step whose p95 misses the target', () => {
    const { passed, missed, text } = report((measured) => measured.succeed('save', 612));
    assert.equal(passed, false);
    assert.deepEqual(missed, ['p95 below 500 ms in every step: save 612 ms']);
    assert.match(text, /save .* ✗ missed: p95/);
    assert.match(text, /Failed: a target is missed\.\n$/);
  });

  it('does not hold the pace of the model against the server', () => {
    assert.equal(report((measured) => measured.succeed('stream, to its end', 8000)).passed, true);
  });

  it('is failed by errors from 1 % of requests on, and names them', () => {
    const { passed, missed, text } = report((measured) => measured.fail('save', 1, limited));
    assert.equal(passed, true, 'one of 101 is less than 1 %');
    assert.deepEqual(missed, []);
    assert.match(text, /429 rate_limited × 1 in save: Too many\./);
    assert.match(text, /RATE_LIMIT_MULTIPLIER/);

    const more = report((measured) => {
      for (let i = 0; i < 2; i++) measured.fail('save', 1, limited);
    });
    assert.equal(more.passed, false);
    assert.deepEqual(more.missed, ['errors below 1 % of requests: 1.96 %, 429 rate_limited × 2 in save']);
  });

  it('is failed by a step that often fails, even where the sum looks well', () => {
    const { passed, missed } = report((measured) => {
      for (let i = 0; i < 900; i++) measured.succeed('open', 10);
      for (let i = 0; i < 3; i++) measured.fail('save', 1, limited);
    });
    assert.equal(passed, false);
    assert.deepEqual(missed, ['errors below 1 % in every step (from 3 errors on): save 100.00 %']);
  });

  it('is failed when the generator was the bottleneck', () => {
    const { passed, missed } = report((measured) => {
      for (let i = 0; i < 5; i++) measured.late(250);
    });
    assert.equal(passed, false);
    assert.match(missed.join(), /p99 250 ms: the generator was the bottleneck, so the run is not valid/);
  });

  it('is failed when nothing was answered', () => {
    const { passed, targets } = makeReport({ ...setting, notes: [] }, createMeasurements(steps));
    assert.equal(passed, false);
    assert.equal(targets[0]?.text, 'p95 below 500 ms in every step that was reached (not open, save): nothing was answered');
  });
});
