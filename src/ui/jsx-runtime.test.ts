import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { jsx, jsxs } from './jsx-runtime.ts';

const propsOf = (element: unknown) => (element as { props: Record<string, unknown> }).props;

describe('what a component writes', () => {
  it('reaches the page with hidden characters marked: texts, in lists too, titles and labels', () => {
    assert.equal(propsOf(jsx('p', { children: 'a\u202eb' }))['children'], 'a⟨U+202E⟩b');
    assert.deepEqual(propsOf(jsxs('p', { children: ['a\u200b', ['b\u2060'], 3] }))['children'], ['a⟨U+200B⟩', ['b⟨U+2060⟩'], 3]);
    const { title, 'aria-label': label } = propsOf(jsx('button', { title: 'a\u202e', 'aria-label': 'b\u202e' }));
    assert.deepEqual([title, label], ['a⟨U+202E⟩', 'b⟨U+202E⟩']);
  });

  it('stays as it is where it is a value, an address or a key', () => {
    const given = { value: 'a\u202e', href: '/?file=a\u202e', 'data-path': 'a\u202e' };
    const element = jsx('input', given, 'k\u202e');
    assert.deepEqual([propsOf(element), element.key], [given, 'k\u202e']);
  });

  it('costs nothing where nothing is hidden', () => {
    const props = { children: ['plain', ' text'], title: 'plain' };
    assert.equal(propsOf(jsxs('p', props)), props);
  });
});
