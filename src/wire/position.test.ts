import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatPosition, LATEST, parsePosition } from './position.ts';

describe('a position', () => {
  it('is read and written as PostgreSQL does', () => {
    for (const text of ['0/0', '0/16B3748', '16/B374D848', 'A0/1']) assert.equal(formatPosition(parsePosition(text) ?? -1), text);
  });

  it('is ordered by both of its halves', () => {
    const texts = ['0/1', '0/A', '0/10', '0/FFFFFFFF', '1/0', 'A/0', '10/0', formatPosition(LATEST)];
    const numbers = texts.map((text) => parsePosition(text) ?? -1);
    assert.deepEqual(
      numbers.toSorted((a, b) => a - b),
      numbers,
    );
  });

  it('that is far too large is the latest', () => assert.equal(parsePosition('FFFFFFFF/FFFFFFFF'), LATEST));

  it('is nothing else', () => {
    for (const text of [undefined, null, '', '*', '0', '0/', '/0', '0/g', '0/123456789', ' 0/1', '0/1;'])
      assert.equal(parsePosition(text), undefined);
  });
});
