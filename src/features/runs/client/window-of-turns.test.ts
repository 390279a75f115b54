import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { earlier, endSpan, later } from './window-of-turns.ts';

describe('the turns on the page', () => {
  it('are the most recent ones, plus others on request, never too many', () => {
    assert.deepEqual(endSpan(0), { from: 0, to: 0 });
    assert.deepEqual(endSpan(100), { from: 95, to: 100 });
    let span = endSpan(100);
    for (let step = 0; step < 200; step++) span = earlier(span);
    assert.deepEqual(span, { from: 0, to: 16 });
    for (let step = 0; step < 200; step++) span = later(span, 100);
    assert.deepEqual(span, { from: 84, to: 100 });
  });
});
