import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildReport } from '../../test/load-reports/build.ts';
import { renderReport } from './render.ts';

const step = { count: 100, errors: 0, p50: 10, p95: 10, p99: 10, max: 10 };
const nothing = { count: 0, errors: 0, p50: 0, p95: 0, p99: 0, max: 0 };

describe('a report on the screen', () => {
  it('aligns its table, one line a step, with a verdict for each', () => {
    const steps = [
      { name: 'open', ...step },
      { name: 'save', ...step, p95: 612 },
      { name: 'leave', ...nothing },
      { name: 'stream, to its end', lap: true, paced: true, ...step, max: 12_345 },
    ] as const;
    const table = renderReport(buildReport('load', { steps: [...steps] }))
      .split('\n')
      .filter((line) => /^ {2}(?:step|open|save|leave|stream)/.test(line));
    assert.deepEqual(table, [
      '  step                  count  errors  p50  p95  p99     max  target',
      '  open                    100       0   10   10   10      10  ✓ met',
      '  save                    100       0   10  612   10      10  ✗ missed: p95',
      '  leave                     0       0    -    -    -       -  not reached',
      '  stream, to its end *    100       0   10   10   10  12,345  -',
    ]);
  });

  it('says in the end whether it passed, and which target was missed', () => {
    assert.match(renderReport(buildReport('load')), /Passed: every target is met\.\n$/);
    const failed = renderReport(buildReport('failed'));
    assert.match(failed, /✗ missed {2}/);
    assert.match(failed, /Failed: a target is missed\.\n$/);
  });

  it('of a stress test shows each stage, what was confirmed going down, and what gave out', () => {
    const text = renderReport(buildReport('stress'));
    assert.match(text, /1400 ↓ .*✓ yes/);
    assert.match(text, /1600 .*✗ no: p95/);
    assert.match(text, /What gave out: server CPU\./);
  });

  it('of a session test shows each phase with its figures', () => {
    const text = renderReport(buildReport('session'));
    assert.match(text, /✓ met {6}Sign-in storm: 50 people/);
    assert.match(text, /last one in after 1,720 ms/);
    assert.match(text, /- skipped {2}No leak: Needs TARGET_DATABASE_URL/);
  });
});
