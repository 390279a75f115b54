/** Pure parts of the editor and its previews. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import { alignBlame } from '../client/editor/align-blame.ts';
import { createAutosave, MIN_INTERVAL_MS } from '../client/editor/autosave.ts';
import { canFormat, formatText } from '../client/editor/format.ts';
import { modesOf, parseMode, previewOf } from '../client/preview/kinds.ts';
import { findDelimiter, indexTable, measureColumns, readRow } from '../client/preview/parse-table.ts';
import { decodeText, encodeText } from '../client/text.ts';
import type { BlameLine } from '../history-contract.ts';

describe('autosave', () => {
  let saved: { path: string; at: number }[];
  let mayNot: Set<string>;
  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_000_000 });
    saved = [];
    mayNot = new Set();
  });
  afterEach(() => mock.timers.reset());

  const start = () =>
    createAutosave({
      save: async (path) => void saved.push({ path, at: Date.now() }),
      canSave: (path) => !mayNot.has(path),
    });
  async function pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 100) {
      mock.timers.tick(100);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  it('waits for a pause in typing', async () => {
    const { typed } = start();
    for (let key = 0; key < 30; key++) {
      typed('a');
      await pass(200);
    }
    assert.deepEqual(saved, []);
    await pass(2000);
    assert.equal(saved.length, 1);
  });

  it('makes at most 12 saves a minute, however many files are typed in', async () => {
    const { typed } = start();
    for (let second = 0; second < 120; second += 2) {
      typed(`file ${second % 6}`);
      await pass(2000);
    }
    const inMinute = (from: number) => saved.filter(({ at }) => at >= from && at < from + 60_000).length;
    assert.ok(saved.length > 15, `${saved.length} saves in two minutes`);
    for (const { at } of saved) assert.ok(inMinute(at) <= 12, `${inMinute(at)} saves in a minute`);
    for (const [index, { at }] of saved.entries()) if (index > 0) assert.ok(at - (saved[index - 1]?.at ?? 0) >= MIN_INTERVAL_MS);
  });

  it('leaves out what a person must decide first, and ends', async () => {
    const autosave = start();
    mayNot.add('conflicting');
    autosave.typed('conflicting');
    await pass(3000);
    assert.deepEqual(saved, []);
    autosave.typed('a');
    autosave.stop();
    await pass(10_000);
    assert.deepEqual(saved, []);
  });
});

describe('tables', () => {
  const parse = (text: string, path = 'a.csv') => {
    const index = indexTable(path, text);
    return Array.from({ length: index.rows }, (_, row) => readRow(index, row));
  };

  it('are read as RFC 4180 says', () => {
    assert.deepEqual(parse('a,b,c\r\n1,2,3\r\n'), [
      ['a', 'b', 'c'],
      ['1', '2', '3'],
    ]);
    assert.deepEqual(parse('"a ""quoted"" word","two\nlines",""\n,,'), [
      ['a "quoted" word', 'two\nlines', ''],
      ['', '', ''],
    ]);
    assert.deepEqual(parse('a\rb\r'), [['a'], ['b']]);
    assert.deepEqual(parse(''), []);
    assert.deepEqual(parse('\n\nx'), [[''], [''], ['x']]);
  });

  it('lose nothing of a text that breaks the rules', () => {
    assert.deepEqual(parse('"a"b,c'), [['ab', 'c']]);
    assert.deepEqual(parse('a"b,c"'), [['a"b', 'c"']]);
    assert.deepEqual(parse('"never closed,\nnext'), [['never closed,\nnext']]);
    assert.deepEqual(parse('a,""'), [['a', '']]);
    assert.deepEqual(parse('"a""'), [['a"']]);
  });

  it('are separated by what the first row shows', () => {
    assert.equal(findDelimiter('a.csv', 'name;price\n"1,5";2,5\n'), ';');
    assert.equal(findDelimiter('a.csv', '"a;b;c",d\n'), ',');
    assert.equal(findDelimiter('a.tsv', 'a,b\tc'), '\t');
    assert.deepEqual(parse('a\tb\n', 'a.tsv'), [['a', 'b']]);
  });

  it('of 5 MB are indexed at once, and their columns measured from the first rows', () => {
    const text = `id,name,note\n${Array.from({ length: 130_000 }, (_, row) => `${row},"name ${row}",some longer note ${row}`).join('\n')}`;
    const index = indexTable('big.csv', text);
    assert.deepEqual([index.rows, index.columns], [130_001, 3]);
    assert.deepEqual(readRow(index, 129_999), ['129998', 'name 129998', 'some longer note 129998']);
    assert.deepEqual(measureColumns(index), [6, 8, 20]);
  });
});

describe('who wrote which line', () => {
  const line = (number: number) => ({ number }) as BlameLine;

  it('follows the lines of a text that was edited since', () => {
    const lines = [line(1), line(2), line(3), line(4)];
    const numbers = (text: string) => alignBlame('a\nb\nc\nd\n', text, lines).map((each) => each?.number);
    assert.deepEqual(numbers('a\nb\nc\nd\n'), [1, 2, 3, 4]);
    assert.deepEqual(numbers('a\nnew\nb\nc\nd\n'), [1, undefined, 2, 3, 4]);
    assert.deepEqual(numbers('b\nC\nd\n'), [2, undefined, 4]);
    assert.deepEqual(numbers(''), []);
  });
});

describe('files as text', () => {
  it('keep their line ends and their byte order mark', () => {
    for (const content of ['\ufeffa\r\nb\r\n', 'a\nb', '\ufeffa', 'a\r\nb\n', 'a\rb\r\n', '']) {
      const decoded = decodeText(new TextEncoder().encode(content));
      assert.equal(decoded && encodeText(decoded), content, JSON.stringify(content));
      assert.ok(!decoded?.text.startsWith('\ufeff'));
    }
    assert.equal(decodeText(Uint8Array.of(0xff, 0xfe)), undefined);
    assert.equal(decodeText(Uint8Array.of(65, 0)), undefined);
  });
});

describe('previews', () => {
  it('are of Markdown, SVG and tables, as far as the kind allows', () => {
    assert.deepEqual(['A.MD', 'a.svg', 'a.csv', 'a.tsv', 'a.html', 'md'].map(previewOf), [
      'markdown',
      'svg',
      'table',
      'table',
      undefined,
      undefined,
    ]);
    assert.deepEqual(modesOf('table'), ['source', 'preview']);
    assert.deepEqual(['beside', 'preview', 'other', null].map(parseMode), ['beside', 'preview', 'source', 'source']);
  });
});

describe('formatting', () => {
  it('keeps the style of the file', async () => {
    assert.equal(await formatText('a.json', '{"b":1,\n"a":[1,2]}'), '{ "b": 1, "a": [1, 2] }\n');
    assert.equal(await formatText('a.ts', "const a:string='x'\n"), "const a: string = 'x';\n");
    assert.equal(await formatText('a.ts', 'if(a){\n\tb("x")\n}\n'), 'if (a) {\n\tb("x");\n}\n');
    assert.equal(await formatText('a.css', 'a{color:red}'), 'a {\n  color: red;\n}\n');
    assert.equal(await formatText('a.md', '* a\n* b\n'), '- a\n- b\n');
    assert.equal(await formatText('a.yaml', 'a:   1\n'), 'a: 1\n');
    assert.equal(await formatText('a.html', '<p>a</p><p>b</p>'), '<p>a</p>\n<p>b</p>\n');
  });

  it('says where a mistake is, and leaves other languages alone', async () => {
    await assert.rejects(formatText('a.json', '{"a":\n'), /\(\d+:\d+\)/);
    assert.equal(canFormat('a.py'), false);
    assert.equal(await formatText('a.py', 'x  = 1'), 'x  = 1');
  });
});
