import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { replaceText } from '../server/own/replace-text.ts';
import { MAX_OUTPUT } from '../server/tool.ts';
import { projectWith } from './setup.ts';

describe('list_files', () => {
  it('names the files, one path a line', async () => {
    const { use } = await projectWith({ 'b.txt': '', 'a/c.txt': '', 'a/d/e.txt': '' });
    assert.equal((await use('list_files', {})).output, 'a/c.txt\na/d/e.txt\nb.txt');
    assert.equal((await use('list_files', { path: 'a/d' })).output, 'a/d/e.txt');
  });

  it('says so when there is nothing', async () => {
    const { use } = await projectWith();
    assert.equal((await use('list_files', {})).output, 'The project has no files yet.');
    assert.match((await use('list_files', { path: 'nowhere' })).output, /There is nothing at nowhere/);
  });
});

describe('read_file', () => {
  const many = Array.from({ length: 5210 }, (_, index) => `line ${index + 1}\n`).join('');

  it('gives a file as it stands', async () => {
    const { use } = await projectWith({ 'a.txt': 'one\n\n  two' });
    assert.equal((await use('read_file', { path: 'a.txt' })).output, 'one\n\n  two');
  });

  it('says how to read on', async () => {
    const { use } = await projectWith({ 'a.txt': many });
    const first = await use('read_file', { path: 'a.txt' });
    assert.ok(first.output.endsWith('line 2000\n(Lines 1–2000 of 5210. Continue with from: 2001.)'), first.output.slice(-100));
    const middle = await use('read_file', { path: 'a.txt', from: 3000, lines: 2 });
    assert.equal(middle.output, 'line 3000\nline 3001\n(Lines 3000–3001 of 5210. Continue with from: 3002.)');
    const last = await use('read_file', { path: 'a.txt', from: 5210 });
    assert.equal(last.output, 'line 5210\n(Lines 5210–5210 of 5210 (end of file).)');
    const beyond = await use('read_file', { path: 'a.txt', from: 5211 });
    assert.deepEqual([beyond.ok, beyond.output], [false, 'a.txt has only 5210 lines; line 5211 does not exist.']);
  });

  it('gives all of a file when it is read on as it says', async () => {
    const text = Array.from({ length: 3000 }, (_, index) => 'x'.repeat((index * 37) % 90)).join('\n');
    const { use } = await projectWith({ 'a.txt': text });
    const parts: string[] = [];
    for (let from = 1, round = 0; round < 20 && from > 0; round++) {
      const { output } = await use('read_file', { path: 'a.txt', from });
      assert.ok(output.length <= MAX_OUTPUT);
      const [, next = 0] = /Continue with from: (\d+)/.exec(output) ?? [];
      parts.push(output.replace(/\n\(Lines [^\n]*\)$/, ''));
      from = Number(next);
    }
    assert.equal(parts.join('\n'), text);
  });

  it('cuts long lines, and says so', async () => {
    const { use } = await projectWith({ 'a.js': `${'x'.repeat(84_213)}\nend\n` });
    const { output } = await use('read_file', { path: 'a.js' });
    assert.match(output, /^x{5000}… \[84213 characters\]\nend\n\(Lines longer than 5000 characters are truncated/);
  });

  it('hides carriage returns, and says so', async () => {
    const { use } = await projectWith({ 'a.txt': 'one\r\ntwo\r\n' });
    assert.equal(
      (await use('read_file', { path: 'a.txt' })).output,
      'one\ntwo\n(Lines end in CRLF; write_file and edit_file preserve that.)',
    );
  });

  it('reads an empty file, and refuses what is no text', async () => {
    const { use } = await projectWith({ empty: '', nul: 'a\0b', latin1: new Uint8Array([0x63, 0x61, 0x66, 0xe9]) });
    assert.equal((await use('read_file', { path: 'empty' })).output, '(The file is empty.)');
    for (const path of ['nul', 'latin1']) assert.equal((await use('read_file', { path })).output, `${path} is not a UTF-8 text file.`);
  });
});

describe('search_files', () => {
  it('finds lines by text, by pattern and in some files only', async () => {
    const { use } = await projectWith({ 'a.ts': 'const One = 1;\n', 'b/a.md': 'one\n', 'b/c.ts': 'none\n' });
    assert.equal((await use('search_files', { text: 'ONE' })).output, 'a.ts:1: const One = 1;\nb/a.md:1: one\nb/c.ts:1: none');
    assert.equal((await use('search_files', { text: '^o.e$', regex: true })).output, 'b/a.md:1: one');
    assert.equal((await use('search_files', { text: 'one', glob: 'b/*.ts' })).output, 'b/c.ts:1: none');
    assert.equal((await use('search_files', { text: 'two', glob: 'b/*' })).output, 'No line contains “two” in files matching b/*.');
    assert.match((await use('search_files', { text: '(', regex: true })).output, /^Invalid regular expression: /);
  });

  it('distinguishes case, finds whole words and searches a folder on request', async () => {
    const { use } = await projectWith({ 'a.ts': 'One ones\n', 'b/a.md': 'one\n', 'b/c.ts': 'One\n' });
    assert.equal((await use('search_files', { text: 'One', case: true, path: 'b' })).output, 'b/c.ts:1: One');
    assert.equal(
      (await use('search_files', { text: 'ONES?', regex: true, case: false, word: true, glob: 'a.ts' })).output,
      'a.ts:1: One ones',
    );
    assert.equal((await use('search_files', { text: 'ne', word: true, path: './b/' })).output, 'No line contains “ne” in b.');
  });

  it('shows lines around matches once each, as grep does', async () => {
    const { use } = await projectWith({ a: '1\nneedle\n3\nneedle\n5\n6\n7\nneedle\n', b: 'needle' });
    assert.equal(
      (await use('search_files', { text: 'needle', context: 1 })).output,
      ['a-1- 1', 'a:2: needle', 'a-3- 3', 'a:4: needle', 'a-5- 5', '--', 'a-7- 7', 'a:8: needle', '--', 'b:1: needle'].join('\n'),
    );
  });

  it('continues where an earlier search ended', async () => {
    const { use } = await projectWith({ a: `needle ${'x'.repeat(300)}\n`.repeat(90) });
    const first = (await use('search_files', { text: 'needle' })).output;
    assert.ok(first.length < 30_000);
    const [, cursor] = /pass cursor: "(.+)"\)$/.exec(first) ?? [];
    const rest = (await use('search_files', { text: 'needle', cursor })).output;
    assert.equal(`${first}\n${rest}`.split('\n').filter((line) => /^a:\d+: needle/.test(line)).length, 90);
    assert.doesNotMatch(rest, /cursor/);
  });
});

describe('write_file', () => {
  it('creates files, and replaces only what the run has read', async () => {
    const { use, read, save } = await projectWith({ 'a.txt': 'a person’s' });
    assert.equal((await use('write_file', { path: 'new.txt', content: 'x' })).output, 'Wrote new.txt, 1 bytes.');
    const unseen = await use('write_file', { path: 'a.txt', content: 'mine' });
    assert.deepEqual([unseen.ok, unseen.output], [false, 'a.txt exists and you have not read it. Read it first, then try again.']);
    await use('read_file', { path: 'a.txt' });
    await save('a.txt', 'newer');
    assert.match((await use('write_file', { path: 'a.txt', content: 'mine' })).output, /has changed since you read it/);
    assert.equal(await read('a.txt'), 'newer');
    await use('read_file', { path: 'a.txt' });
    assert.equal((await use('write_file', { path: 'a.txt', content: 'mine' })).ok, true);
    assert.equal(
      (await use('write_file', { path: 'a.txt', content: 'mine' })).output,
      'a.txt already has this content; nothing was changed.',
    );
  });

  it('writes a deleted file again, after reporting that someone else deleted it', async () => {
    const { use, read, remove } = await projectWith();
    await use('write_file', { path: 'a.txt', content: '1' });
    await use('delete_file', { path: 'a.txt' });
    assert.equal((await use('write_file', { path: 'a.txt', content: '2' })).ok, true);
    await remove('a.txt');
    assert.match((await use('write_file', { path: 'a.txt', content: '3' })).output, /was deleted since you read it/);
    assert.equal((await use('write_file', { path: 'a.txt', content: '3' })).ok, true);
    assert.equal(await read('a.txt'), '3');
  });
});

describe('edit_file', () => {
  const edit = (text: string, old: string, by: string, all = false) => replaceText('a.txt', text, { old, new: by, all }).text;

  it('lets others go on while it looks for what takes long', async () => {
    const { use, read } = await projectWith({ 'a.txt': `${'a '.repeat(100_000)}end` });
    await use('read_file', { path: 'a.txt' });
    let others = 0;
    const timer = setInterval(() => others++, 5);
    const { ok } = await use('edit_file', { path: 'a.txt', old: `${'a '.repeat(1000)}b`, new: 'x' });
    clearInterval(timer);
    assert.equal(ok, false);
    assert.ok(others > 1, `others went first ${others} times`);
    assert.equal((await use('edit_file', { path: 'a.txt', old: `${'a '.repeat(1000)}end`, new: 'x' })).ok, true);
    assert.ok((await read('a.txt')).endsWith('a x'));
  });

  it('replaces what stands there once', () => {
    assert.equal(edit('one\ntwo\n', 'two', '2'), 'one\n2\n');
    assert.equal(edit('one\ntwo\n', 'one\ntwo\n', ''), '');
    assert.equal(edit('a.c abc', 'a.c', '$& $1 $`'), '$& $1 $` abc');
  });

  it('keeps how the lines of the file end, however it is asked for', () => {
    assert.equal(edit('one\r\ntwo\r\n', 'one\ntwo', '1\n2'), '1\r\n2\r\n');
    assert.equal(edit('one\ntwo\n', 'one\r\ntwo', '1\r\n2'), '1\n2\n');
    assert.equal(edit('one\r\ntwo\nthree', 'two\nthree', '2\n3'), 'one\r\n2\n3');
    assert.equal(edit('one\ntwo\r\nthree', 'three', '3\n4'), 'one\ntwo\r\n3\r\n4');
    assert.equal(edit('no end', 'no end', 'a\r\nb'), 'a\r\nb');
  });

  it('refuses what stands there several times, unless all of it is meant', () => {
    assert.throws(() => edit('a\nb\na\n', 'a', 'c'), /2 places, on lines 1, 3\. Include more of the surrounding text, or set all: true/);
    assert.throws(() => edit('aaa', 'aa', 'b'), /2 places, on line 1\./);
    assert.throws(() => edit('a'.repeat(1e6), 'a', 'b'), /at least 100 places/);
    assert.equal(edit('a\nb\na\n', 'a', 'c', true), 'c\nb\nc\n');
  });

  it('says what is near when it is not there', () => {
    assert.throws(
      () => edit('if (x) {\n\treturn 1;\n}\n', '  return 1;', ''),
      /Line 2 has this text with different whitespace:\n\treturn 1;$/,
    );
    assert.throws(() => edit('f(1)\nf(2)\nf(3)\n', 'f(2)\nf(4)', ''), /Line 2 starts the same, then differs:\nf\(2\)\nf\(3\)$/);
    assert.throws(() => edit('one', 'two', ''), /Read the file again/);
    assert.throws(() => edit('one', 'one', 'one'), /nothing was changed/);
  });

  it('changes only a file that was read, in the version that was read', async () => {
    const { use, read, save } = await projectWith({ 'a.txt': 'one\r\ntwo\r\n' });
    const input = { path: 'a.txt', old: 'two', new: 'three\nfour' };
    assert.match((await use('edit_file', input)).output, /you have not read it/);
    await use('read_file', { path: 'a.txt' });
    assert.equal((await use('edit_file', input)).output, 'Replaced 1 occurrence in a.txt, line 2.');
    assert.equal(await read('a.txt'), 'one\r\nthree\r\nfour\r\n');
    assert.equal((await use('edit_file', { path: 'a.txt', old: 'four', new: '4' })).ok, true);
    await save('a.txt', 'two');
    assert.match((await use('edit_file', input)).output, /has changed since you read it/);
    assert.equal(await read('a.txt'), 'two');
  });

  it('changes nothing when a person saves between its read and its commit', async () => {
    const { use, read, save } = await projectWith({ 'a.txt': 'one' });
    await use('read_file', { path: 'a.txt' });
    const late = await use('edit_file', { path: 'a.txt', old: 'one', new: '1' }, { beforeCommit: () => save('a.txt', 'one, by a person') });
    assert.deepEqual([late.ok, late.change], [false, undefined]);
    assert.equal(await read('a.txt'), 'one, by a person');
  });
});

describe('move_file', () => {
  it('moves a file or a folder as one change, and knows what was read under its new path', async () => {
    const { use, paths, changes } = await projectWith({ 'a/x.txt': 'x', 'a/y.txt': 'y' });
    await use('read_file', { path: 'a/x.txt' });
    assert.equal((await use('move_file', { from: 'a', to: 'b/c' })).output, 'Moved a to b/c, 2 files.');
    assert.deepEqual(await paths(), ['b/c/x.txt', 'b/c/y.txt']);
    assert.equal((await changes())[0]?.kind, 'move');
    assert.equal((await use('write_file', { path: 'b/c/x.txt', content: 'z' })).ok, true);
    assert.equal((await use('write_file', { path: 'b/c/y.txt', content: 'z' })).ok, false);
    assert.equal((await use('write_file', { path: 'a/x.txt', content: 'z' })).ok, true);
  });

  it('moves nothing onto anything, and nothing that is not there', async () => {
    const { use, paths } = await projectWith({ a: '', b: '' });
    assert.match((await use('move_file', { from: 'a', to: 'b' })).output, /b already exists/);
    assert.match((await use('move_file', { from: 'c', to: 'd' })).output, /nothing at c/);
    assert.deepEqual(await paths(), ['a', 'b']);
  });
});

describe('delete_file', () => {
  it('deletes a file or a folder as one change', async () => {
    const { use, paths, changes } = await projectWith({ 'a/x': '1', 'a/y/z': '2', b: '3' });
    assert.equal((await use('delete_file', { path: 'a' })).output, 'Deleted a, 2 files.');
    assert.deepEqual([await paths(), (await changes())[0]?.kind], [['b'], 'delete']);
    assert.match((await use('delete_file', { path: 'a' })).output, /nothing at a/);
  });

  it('deletes nothing that was changed since it was read', async () => {
    const { use, save, paths } = await projectWith({ 'a/x': '1', 'a/y': '2' });
    await use('read_file', { path: 'a/y' });
    await save('a/y', 'newer');
    assert.match((await use('delete_file', { path: 'a' })).output, /a\/y has changed since you read it/);
    const late = await use('delete_file', { path: 'a/x' }, { beforeCommit: () => save('a/x', 'newer') });
    assert.match(late.output, /a\/x has changed since you read it/);
    assert.deepEqual(await paths(), ['a/x', 'a/y']);
  });
});

describe('diff', () => {
  it('shows what is different since before the run', async () => {
    const { use } = await projectWith({ 'a.txt': 'one\ntwo\n', 'b.txt': 'b\n', 'c.txt': 'c\n' });
    assert.equal((await use('diff', {})).output, 'No net changes in this run.');
    await use('bash', { command: 'echo three >> a.txt; rm b.txt; echo d > d.txt; printf "\\0" > e.bin' });
    const { output } = await use('diff', {});
    assert.match(output, /^--- a\/a\.txt\n\+\+\+ b\/a\.txt\n@@ -1,2 \+1,3 @@\n one\n two\n\+three\n/);
    assert.match(output, /--- a\/b\.txt\n\+\+\+ \/dev\/null\n@@ -1,1 \+0,0 @@\n-b\n/);
    assert.match(output, /--- \/dev\/null\n\+\+\+ b\/e\.bin\n\(Not text: created\.\)/);
    assert.equal((await use('diff', { path: 'd.txt' })).output, '--- /dev/null\n+++ b/d.txt\n@@ -0,0 +1,1 @@\n+d\n');
    assert.equal((await use('diff', { path: 'c.txt' })).output, 'No net changes at c.txt in this run.');
  });
});

describe('line endings and byte order marks', () => {
  const crlf = '\ufeffone\r\ntwo\r\n';

  it('are kept by write_file', async () => {
    const { use, read } = await projectWith({ 'a.txt': crlf, 'mixed.txt': 'one\r\ntwo\n' });
    for (const path of ['a.txt', 'mixed.txt']) await use('read_file', { path });
    const { output } = await use('write_file', { path: 'a.txt', content: 'one\nthree\n' });
    assert.equal(output, 'Wrote a.txt, 15 bytes.');
    assert.equal(await read('a.txt'), '\ufeffone\r\nthree\r\n');
    assert.match((await use('write_file', { path: 'a.txt', content: 'one\nthree\n' })).output, /already has this content/);
    await use('write_file', { path: 'mixed.txt', content: 'one\nthree\n' });
    assert.equal(await read('mixed.txt'), 'one\nthree\n');
  });

  it('are kept by edit_file, line by line in a mixed file', async () => {
    const { use, read } = await projectWith({ 'a.txt': crlf, 'mixed.txt': 'one\r\ntwo\nthree\nfour\r\n' });
    for (const path of ['a.txt', 'mixed.txt']) await use('read_file', { path });
    await use('edit_file', { path: 'a.txt', old: '\ufeffone\ntwo', new: 'one\n1\ntwo' });
    assert.equal(await read('a.txt'), '\ufeffone\r\n1\r\ntwo\r\n');
    await use('edit_file', { path: 'mixed.txt', old: 'two\nthree', new: '2\n2.5\n3' });
    await use('edit_file', { path: 'mixed.txt', old: 'four', new: '4\n5' });
    assert.equal(await read('mixed.txt'), 'one\r\n2\n2.5\n3\n4\r\n5\r\n');
  });

  it('are kept by bash, unless it changed nothing else', async () => {
    const { use, read } = await projectWith({ 'a.txt': crlf, 'b.txt': 'one\r\ntwo\r\n', 'c.txt': 'one\r\ntwo\n' });
    await use('bash', { command: "printf 'one\nthree\n' > a.txt; sed -i 's/\r$//' b.txt; printf 'one\n' > c.txt; printf 'new\n' > d.txt" });
    assert.equal(await read('a.txt'), '\ufeffone\r\nthree\r\n');
    assert.equal(await read('b.txt'), 'one\ntwo\n');
    assert.equal(await read('c.txt'), 'one\n');
    assert.equal(await read('d.txt'), 'new\n');
  });
});
