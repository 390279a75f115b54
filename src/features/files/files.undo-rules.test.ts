/** A model of undo: which version a file gets, whatever happened in between. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { type Contents, fold, type Step } from './server/fold.ts';

/** A file's history as texts, each with its author: `run` is undone; null: no file. */
type History = [by: 'run' | 'person', text: string | null][];

const versionOf = (text: string | null) => text && createHash('sha256').update(text).digest('hex');

/** @returns the text after undo, or why it is impossible */
function undo(history: History): string | null | { reason: string } {
  const texts = new Map<string, string>();
  const steps: Step[] = [];
  let before: string | null = null;
  for (const [index, [by, text]] of history.entries()) {
    const after = versionOf(text);
    if (after && text) texts.set(after, text);
    if (by === 'run') steps.unshift({ number: index + 1, before, after, previous: index === 0 ? null : index });
    before = after;
  }
  const contents: Contents = (version) => {
    const text = texts.get(version) ?? '';
    if (text.startsWith('binary')) return { reason: 'binary' };
    return text.startsWith('large') ? { reason: 'too_large' } : { text };
  };
  const first = fold(steps, before);
  const result = 'needs' in first ? fold(steps, before, contents) : first;
  assert.ok(!('needs' in result));
  if ('reason' in result) return { reason: result.reason };
  const text = result.content?.toString() ?? (result.version === null ? null : (texts.get(result.version) ?? 'unknown'));
  assert.equal(versionOf(text), result.version);
  return text;
}

const lines = (...each: string[]) => each.map((line) => `${line}\n`).join('');
const base = lines('one', 'two', 'three', 'four', 'five');

const cases: [what: string, history: History, result: ReturnType<typeof undo>][] = [
  ['a created file goes', [['run', 'x']], null],
  [
    'a written file is as before',
    [
      ['person', 'a'],
      ['run', 'b'],
      ['run', 'c'],
    ],
    'a',
  ],
  [
    'a deleted file comes back',
    [
      ['person', 'a'],
      ['run', null],
    ],
    'a',
  ],
  [
    'created, edited and deleted within: nothing was there, nothing is',
    [
      ['run', 'a'],
      ['run', 'b'],
      ['run', null],
    ],
    null,
  ],
  [
    'deleted and created again within: the first one',
    [
      ['person', 'a'],
      ['run', null],
      ['run', 'b'],
    ],
    'a',
  ],
  [
    'what a person brought back by hand stays',
    [
      ['person', 'a'],
      ['run', 'b'],
      ['person', 'a'],
    ],
    'a',
  ],
  [
    'a created file that a person has deleted stays so',
    [
      ['run', 'a'],
      ['person', null],
    ],
    null,
  ],
  [
    'a person’s lines elsewhere stay',
    [
      ['person', base],
      ['run', base.replace('two', 'TWO')],
      ['person', base.replace('two', 'TWO').replace('five', 'FIVE')],
    ],
    base.replace('five', 'FIVE'),
  ],
  [
    'edits of both in turn: only the run’s go',
    [
      ['person', base],
      ['run', base.replace('one', '1')],
      ['person', base.replace('one', '1').replace('three', '3')],
      ['run', base.replace('one', '1').replace('three', '3').replace('five', '5')],
      ['person', base.replace('one', '1').replace('three', 'drei').replace('five', '5')],
    ],
    base.replace('three', 'drei'),
  ],
  [
    'lines that the run wrote twice, and a person’s at the end',
    [
      ['person', base],
      ['run', base.replace('two', '2')],
      ['run', base.replace('two', 'II')],
      ['person', `${base.replace('two', 'II')}six\n`],
    ],
    `${base}six\n`,
  ],
  [
    'CRLF and a missing line feed at the end are kept',
    [
      ['person', 'one\r\ntwo\r\nthree\r\nfour'],
      ['run', 'one\r\nTWO\r\nthree\r\nfour'],
      ['person', 'one\r\nTWO\r\nthree\r\nfour and more'],
    ],
    'one\r\ntwo\r\nthree\r\nfour and more',
  ],
  [
    'a line feed that a person put at the end stays',
    [
      ['person', 'one\ntwo\nthree'],
      ['run', 'ONE\ntwo\nthree'],
      ['person', 'ONE\ntwo\nthree\n'],
    ],
    'one\ntwo\nthree\n',
  ],
  [
    'the same line changed since',
    [
      ['person', base],
      ['run', base.replace('two', '2')],
      ['person', base.replace('two', 'zwei')],
    ],
    { reason: 'overlaps' },
  ],
  [
    'a created file that was edited since',
    [
      ['run', 'a\n'],
      ['person', 'a\nb\n'],
    ],
    { reason: 'edited' },
  ],
  [
    'a deleted file where there is another one now',
    [
      ['person', 'a'],
      ['run', null],
      ['person', 'b'],
    ],
    { reason: 'recreated' },
  ],
  [
    'a written file that was deleted since',
    [
      ['person', 'a'],
      ['run', 'b'],
      ['person', null],
    ],
    { reason: 'deleted' },
  ],
  [
    'bytes that changed since',
    [
      ['person', 'binary 1'],
      ['run', 'binary 2'],
      ['person', 'binary 3'],
    ],
    { reason: 'binary' },
  ],
  [
    'bytes that nobody changed since',
    [
      ['person', 'binary 1'],
      ['run', 'binary 2'],
    ],
    'binary 1',
  ],
  [
    'a text too large to merge',
    [
      ['person', 'large 1'],
      ['run', 'large 2'],
      ['person', 'large 3'],
    ],
    { reason: 'too_large' },
  ],
  [
    'a line of a person right beside one of the run’s',
    [
      ['person', base],
      ['run', base.replace('one', '1')],
      ['person', `zero\n${base.replace('one', '1')}`],
    ],
    { reason: 'overlaps' },
  ],
  [
    'a later conflict counts, whatever the earlier changes',
    [
      ['person', base],
      ['run', base.replace('one', '1')],
      ['person', base.replace('one', 'I')],
      ['run', lines('all new')],
      ['person', lines('newer')],
    ],
    { reason: 'overlaps' },
  ],
];

describe('undoing changes to a file', () => {
  for (const [what, history, result] of cases) it(what, () => assert.deepEqual(undo(history), result));
});
