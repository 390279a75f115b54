import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mixesLineEnds, parseDiff } from './diff.ts';

const read = (diff: string) =>
  parseDiff(diff).map(({ lines }) => lines.map(({ kind, before, after, text }) => [kind, before, after, text]));

describe('a unified diff', () => {
  it('is read with the numbers of its lines before and after', () => {
    assert.deepEqual(read('@@ -3,2 +3,3 @@\n same\n-- old\n++ new\n+more\n@@ -9 +10 @@\n-x\n+y\n'), [
      [
        ['same', 3, 3, 'same'],
        ['removed', 4, 3, '- old'],
        ['added', 4, 4, '+ new'],
        ['added', 4, 5, 'more'],
      ],
      [
        ['removed', 9, 9, 'x'],
        ['added', 9, 10, 'y'],
      ],
    ]);
  });

  it('may create or empty a file', () => {
    assert.deepEqual(read('@@ -0,0 +1,1 @@\n+a\n'), [[['added', 0, 1, 'a']]]);
    assert.deepEqual(read('@@ -1,1 +0,0 @@\n-a\n'), [[['removed', 1, 0, 'a']]]);
  });

  it('keeps empty lines, carriage returns and the remark on a missing line feed', () => {
    assert.deepEqual(read('@@ -1,2 +1,2 @@\n \n-a\r\n+a\n\\ No newline at end of file\n'), [
      [
        ['same', 1, 1, ''],
        ['removed', 2, 1, 'a\r'],
        ['added', 2, 2, 'a'],
        ['remark', 2, 2, 'No newline at end of file'],
      ],
    ]);
  });

  it('knows whether its lines end differently', () => {
    const mixes = (diff: string) => mixesLineEnds(parseDiff(diff));
    assert.equal(mixes('@@ -1,2 +1,2 @@\n same\r\n-a\r\n+b\r\n'), false);
    assert.equal(mixes('@@ -1,2 +1,2 @@\n same\r\n-a\r\n+a\n'), true);
    assert.equal(mixes('@@ -1,2 +1,2 @@\n same\r\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n'), false);
  });

  it('begins at its first hunk', () => {
    assert.deepEqual(read(''), []);
    assert.deepEqual(read('--- a\n+++ b\n@@ -0,0 +1,1 @@\n+x\n'), [[['added', 0, 1, 'x']]]);
  });
});
