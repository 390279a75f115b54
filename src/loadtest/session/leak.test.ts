import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compare, type Traces } from './leak.ts';

const traces: Traces = { live: 0, cached: 40, memory: 400_000_000, processes: 2 };

describe('a leak', () => {
  it('is none when everything ends where it began, within what is stated', () => {
    const outcome = compare(0, traces, { ...traces, cached: 42, memory: 480_000_000 }, 50);
    assert.ok(typeof outcome === 'object' && outcome.met);
    assert.match(outcome.summary, /sessions in memory 40 before and 42 after \(up to 5 more is no leak\)/);
  });

  const leaks: [string, Partial<Traces>, RegExp][] = [
    ['a single session that stays alive', { live: 1 }, /^Something stays behind .*: live sessions 0 before and 1 after/],
    ['sessions that stay in memory', { cached: 46 }, /: sessions in memory 40 before and 46 after/],
    ['memory that rises by more than garbage', { memory: 501_000_000 }, /: memory 400 before and 501 after MB/],
  ];
  for (const [title, last, summary] of leaks) {
    it(`is ${title}, and only that is named`, () => {
      const outcome = compare(0, traces, { ...traces, ...last }, 50);
      assert.ok(typeof outcome === 'object' && !outcome.met);
      assert.match(outcome.summary, summary);
      assert.equal(outcome.summary.match(/before and/g)?.length, 1);
    });
  }

  it('is looked for in what can be seen, and not at all when nothing can', () => {
    const unseen: Traces = { live: null, cached: null, memory: null, processes: null };
    assert.equal(typeof compare(null, unseen, unseen, 50), 'string');
    const outcome = compare(3, unseen, { ...unseen, live: 3 }, 50);
    assert.ok(typeof outcome === 'object' && outcome.met);
    assert.equal(outcome.figures.length, 2);
  });
});
