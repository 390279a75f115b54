import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { groupMatches, splitLine } from '../client/search/group-matches.ts';
import { nothingWanted, readSelected, toBody, toQuery } from '../client/search/wanted.ts';

const match = (path: string, line: number, around: { before?: string[]; after?: string[] } = {}) => ({
  path,
  line,
  column: 1,
  length: 3,
  text: 'abc',
  offset: 0,
  ...around,
});

describe('search results', () => {
  it('are grouped by file, in order', () => {
    const groups = groupMatches([match('a', 1), match('a', 2), match('b', 1)]);
    assert.deepEqual(
      groups.map(({ path, matches }) => [path, matches.map(({ line }) => line)]),
      [
        ['a', [1, 2]],
        ['b', [1]],
      ],
    );
  });

  it('show each line around them once', () => {
    const [group] = groupMatches([
      match('a', 3, { before: ['1', '2'], after: ['4', '5'] }),
      match('a', 5, { before: ['3', '4'], after: ['6', '7'] }),
      match('a', 8, { before: ['6', '7'], after: ['9'] }),
      match('a', 20, { before: ['18', '19'], after: [] }),
    ]);
    assert.deepEqual(
      group?.matches.map(({ before, line, after, gap }) => [...(before ?? []), `*${line}`, ...(after ?? []), gap]),
      [
        ['1', '2', '*3', '4', false],
        ['*5', '6', '7', false],
        ['*8', '9', false],
        ['18', '19', '*20', true],
      ],
    );
  });

  it('leave out the indentation, but nothing of the match', () => {
    assert.deepEqual(splitLine({ text: '    return x; ', offset: 11, length: 1 }), ['return ', 'x', ';']);
    assert.deepEqual(splitLine({ text: '    x', offset: 2, length: 3 }), ['', '  x', '']);
  });
});

describe('what is searched for', () => {
  it('always says whether case matters, and leaves out empty filters', () => {
    assert.deepEqual(toQuery({ ...nothingWanted, q: 'x', folder: '/src/' }), {
      q: 'x',
      case: 'false',
      word: 'false',
      regex: 'false',
      path: 'src',
    });
    assert.deepEqual(toBody({ ...nothingWanted, q: 'x', glob: ' *.ts ', regex: true }, 'y'), {
      q: 'x',
      case: false,
      word: false,
      regex: true,
      replacement: 'y',
      glob: '*.ts',
    });
  });

  it('is a selected text of one line that is not too long', () => {
    assert.equal(readSelected('total ='), 'total =');
    for (const text of ['', '  ', 'a\nb', 'a'.repeat(300)]) assert.equal(readSelected(text), undefined);
  });
});
