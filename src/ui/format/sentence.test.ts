import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sentence } from './sentence.ts';

const partsOf = (node: unknown) => (node as { props: { children: unknown[] } }).props.children;

describe('a sentence with elements in it', () => {
  it('keeps its parts in the order of the text', () => {
    const by = (name: string, time: unknown) => sentence`Changed by ${name} ${time as never}.`;
    const time = { type: 'time' };
    assert.deepEqual(partsOf(by('Ada', time)).slice(0, 5), ['Changed by ', 'Ada', ' ', time, '.']);
  });

  it('shows hidden characters of what is filled in', () => {
    assert.equal(partsOf(sentence`${'a\u202eb'} left`)[1], 'a⟨U+202E⟩b');
  });
});
