import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { showTurns } from './reading-order.ts';

describe('characters that turn the direction of text', () => {
  it('are shown, and all others stay as they are', () => {
    assert.equal(showTurns('if (isAdmin\u202e \u2066) {'), 'if (isAdmin⟨U+202E⟩ ⟨U+2066⟩) {');
    const others = 'שלום, سلام, 👩‍💻 and e\u0301\n\t';
    assert.equal(showTurns(others), others);
  });
});
