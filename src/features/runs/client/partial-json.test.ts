import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readPartialJson } from './partial-json.ts';

describe('JSON that is still being written', () => {
  it('is read as far as it has arrived', () => {
    const cases: [string, unknown][] = [
      ['', undefined],
      ['{', {}],
      ['{"pa', {}],
      ['{"path"', {}],
      ['{"path":', {}],
      ['{"path": "', { path: '' }],
      ['{"path": "a.m', { path: 'a.m' }],
      ['{"path": "a.md", "con', { path: 'a.md' }],
      ['{"path": "a.md", "lines": 1', { path: 'a.md' }],
      ['{"path": "a.md", "lines": 12,', { path: 'a.md', lines: 12 }],
      ['{"path": "a.md", "lines": 12}', { path: 'a.md', lines: 12 }],
      ['{"all": tr', {}],
      ['{"edits": [{"old": "a", "new": "b', { edits: [{ old: 'a', new: 'b' }] }],
      ['{"edits": [{"old": "a"}, ', { edits: [{ old: 'a' }] }],
      ['["a", "b', ['a', 'b']],
    ];
    for (const [text, expected] of cases) assert.deepEqual(readPartialJson(text), expected, text);
  });

  it('never shows half an escape sequence', () => {
    const cases: [string, string][] = [
      [String.raw`{"t": "a\n`, 'a\n'],
      ['{"t": "a\\', 'a'],
      [String.raw`{"t": "a\\`, 'a\\'],
      [String.raw`{"t": "a\u00e`, 'a'],
      [String.raw`{"t": "a\u00e9`, 'aé'],
      [String.raw`{"t": "a\ud83d`, 'a'],
      [String.raw`{"t": "a\ud83d\ude`, 'a'],
      [String.raw`{"t": "a\ud83d\ude00`, 'a😀'],
      [String.raw`{"t": "say \"hi`, 'say "hi'],
    ];
    for (const [text, expected] of cases) assert.deepEqual(readPartialJson(text), { t: expected }, text);
  });

  it('is read at every length, and never yields more than the final value', () => {
    const whole = {
      path: 'a/b.md',
      content: 'He said "{[,:]}"\n\ttabs \\ and 😀',
      all: true,
      lines: [1, -2.5e3, null],
      more: { deep: [{}] },
    };
    const text = JSON.stringify(whole);
    for (let length = 1; length <= text.length; length++) {
      const read = readPartialJson(text.slice(0, length)) as Record<string, unknown>;
      assert.equal(typeof read, 'object', text.slice(0, length));
      for (const [key, value] of Object.entries(read)) {
        const end = whole[key as keyof typeof whole];
        if (typeof value === 'string') assert.ok((end as string).startsWith(value), text.slice(0, length));
        else if (typeof value !== 'object') assert.equal(value, end);
      }
    }
    assert.deepEqual(readPartialJson(text), whole);
  });

  it('that is not JSON yields nothing', () => {
    for (const text of ['nonsense', '}{', '{]', '{"a" "b"']) assert.doesNotThrow(() => readPartialJson(text), text);
  });

  it('that is nested endlessly yields nothing, quickly', () => {
    assert.equal(readPartialJson('['.repeat(500_000)), undefined);
    assert.deepEqual(readPartialJson(`{"a": [${'{"b": 1}, '.repeat(20_000)}`) !== undefined, true);
  });
});
