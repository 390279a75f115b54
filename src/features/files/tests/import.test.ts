import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { ProblemError } from '#wire/call.ts';
import { type TestEntry, zipOf } from '../../../../test/harness/zip.ts';
import { listFiles, revertChange } from '../contract.ts';
import { importFiles } from '../transfer-contract.ts';
import { changes, params, person, read, save, tree } from './setup.ts';

const send = async (zip: Buffer, query: { path?: string; conflicts?: 'refuse' | 'replace' | 'keep_both' | 'skip' } = {}) =>
  (await person.call(importFiles, { params, query, body: zip })).body;

const contents = (files: Record<string, string>) => zipOf(Object.entries(files).map(([name, content]) => ({ name, content })));

async function problemOf(sending: Promise<unknown>) {
  const error = await sending.then(
    () => undefined,
    (error: unknown) => error,
  );
  assert.ok(error instanceof ProblemError, 'it is refused');
  return error.problem as ProblemError['problem'] & { entries?: { path: string; reason: string }[]; paths?: string[] };
}

describe('an import', () => {
  it('adds all files of a zip as one change, byte for byte, which can be undone', async () => {
    const bytes = randomBytes(700_000);
    const zip = zipOf([
      { name: 'docs/', content: '' },
      { name: 'docs/a.md', content: '# A\r\n' },
      { name: 'src/deep/b.bin', content: bytes },
      { name: 'empty', content: '' },
      { name: 'stored.txt', content: 'as it is', method: 0 },
    ]);
    const { change, files } = await send(zip);
    assert.deepEqual([change?.kind, files, change?.pathCount], ['import', 4, 4]);
    assert.equal(await read('docs/a.md'), '# A\r\n');
    assert.equal(await read('stored.txt'), 'as it is');
    assert.deepEqual(
      (await changes()).map(({ kind }) => kind),
      ['import'],
    );
    await person.call(revertChange, { params: { changeId: change?.id ?? '' } });
    assert.deepEqual(await tree(), []);
  });

  it('goes below a folder', async () => {
    await send(contents({ 'a.txt': '1' }), { path: 'in/here' });
    assert.deepEqual(await tree(), ['in', 'in/here', 'in/here/a.txt']);
  });

  it('keeps folders without files', async () => {
    await send(zipOf([{ name: 'a/b/' }, { name: 'a/c.txt', content: 'x' }, { name: 'empty/' }]));
    assert.deepEqual((await tree()).toSorted(), ['a', 'a/b', 'a/c.txt', 'empty']);
  });

  it('keeps the executable mode', async () => {
    await send(
      zipOf([
        { name: 'run.sh', content: '#!/bin/sh\n', mode: 0o100755 },
        { name: 'plain', content: 'x' },
      ]),
    );
    const { entries } = (await person.call(listFiles, { params, query: {} })).body;
    assert.deepEqual(
      entries.map(({ path, executable }) => [path, executable]),
      [
        ['plain', undefined],
        ['run.sh', true],
      ],
    );
    await save('run.sh', '#!/bin/bash\n', { 'if-match': '*' });
    assert.equal((await person.call(listFiles, { params, query: { path: 'run.sh' } })).body.entries[0]?.executable, true);
  });

  it('sets the mode of a file whose content is the same, and keeps it if the zip does not say', async () => {
    const content = '#!/bin/sh\n';
    const isExecutable = async () =>
      (await person.call(listFiles, { params, query: { path: 'run.sh' } })).body.entries[0]?.executable === true;
    await save('run.sh', content);
    await send(zipOf([{ name: 'run.sh', content, mode: 0o100755 }]), { conflicts: 'skip' });
    assert.equal(await isExecutable(), false);
    await send(zipOf([{ name: 'run.sh', content, mode: 0o100755 }]));
    assert.equal(await isExecutable(), true);
    await send(zipOf([{ name: 'run.sh', content: '#!/bin/bash\n', mode: 0 }]), { conflicts: 'replace' });
    assert.equal(await isExecutable(), true);
    await send(zipOf([{ name: 'run.sh', content: '#!/bin/bash\n', mode: 0o100644 }]), { conflicts: 'replace' });
    assert.equal(await isExecutable(), false);
  });

  it('is refused if files exist with other content, and says which', async () => {
    await save('same', 'same');
    await save('other', 'mine');
    const zip = contents({ same: 'same', other: 'theirs', fresh: 'new' });
    const { code, paths } = await problemOf(send(zip));
    assert.deepEqual([code, paths], ['files_exist', ['other']]);
    assert.deepEqual(await tree(), ['other', 'same']);
  });

  it('replaces files, skips them, or keeps both', async () => {
    await save('a.txt', 'mine');
    await save('a (2).txt', 'taken');
    const zip = contents({ 'a.txt': 'theirs', 'b.txt': 'new' });

    const skipped = await send(zip, { conflicts: 'skip' });
    assert.deepEqual([skipped.files, skipped.skipped], [1, [{ path: 'a.txt', reason: 'exists' }]]);
    assert.equal(await read('a.txt'), 'mine');

    const both = await send(zip, { conflicts: 'keep_both' });
    assert.deepEqual(both.renamed, [{ from: 'a.txt', to: 'a (3).txt' }]);
    assert.equal(await read('a (3).txt'), 'theirs');

    const replaced = await send(zip, { conflicts: 'replace' });
    assert.deepEqual([replaced.files, replaced.skipped], [1, [{ path: 'b.txt', reason: 'same' }]]);
    assert.equal(await read('a.txt'), 'theirs');
  });

  it('changes nothing if everything is there already', async () => {
    await save('a', '1');
    assert.equal((await send(contents({ a: '1' }))).change, null);
    assert.equal((await changes()).length, 1);
  });

  it('normalizes names, and says so', async () => {
    const { renamed } = await send(contents({ 'cafe\u0301.txt': 'x' }));
    assert.deepEqual(renamed, [{ from: 'cafe\u0301.txt', to: 'caf\u00e9.txt' }]);
    assert.deepEqual(await tree(), ['caf\u00e9.txt']);
  });

  it('reads names in UTF-8 also where the zip does not say so, and others as the format says', async () => {
    await send(
      zipOf([
        { name: 'ü.txt', content: '1', flags: 0 },
        { name: Buffer.from([0x81, 0x2e, 0x74]), content: '2', flags: 0 },
      ]),
    );
    assert.deepEqual((await tree()).toSorted(), ['ü.t', 'ü.txt']);
  });

  it('accepts names that go wrong elsewhere, and warns', async () => {
    const { warnings } = await send(contents({ 'aux.c': '1', 'Readme.md': '2', 'README.md': '3', fine: '4' }));
    assert.deepEqual(
      warnings.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
      [
        { path: 'README.md', warning: 'case' },
        { path: 'Readme.md', warning: 'case' },
        { path: 'aux.c', warning: 'reserved' },
      ],
    );
  });

  it('counts against the storage limit only what is new', async () => {
    const content = randomBytes(50_000).toString('hex');
    await save('a', content);
    const { files } = await send(contents({ b: content, c: content }));
    assert.equal(files, 2);
  });

  describe('is refused with the name of the entry, and nothing is written', () => {
    const bomb = Buffer.alloc(9_000_000);
    const cases: [what: string, entries: TestEntry[], reason: RegExp, name?: string][] = [
      ['a folder above', [{ name: '../x' }], /\.\./, '../x'],
      ['a folder above, inside', [{ name: 'a/../../x' }], /\.\./],
      ['an absolute path', [{ name: '/etc/x' }], /leading slash/],
      ['a NUL', [{ name: 'a\0b' }], /control character/],
      ['a control character', [{ name: 'a\u0007' }], /control character/],
      ['a character that turns the direction', [{ name: 'a\u202egnp.exe' }], /turns the direction/],
      ['a backslash', [{ name: 'a\\b' }], /backslash/],
      ['an empty segment', [{ name: 'a//b' }], /empty segment/],
      ['5,000 characters', [{ name: 'x'.repeat(5000) }], /longer than 1024 bytes/],
      ['a link', [{ name: 'link', content: '/etc/passwd', mode: 0o120777 }], /is a link/],
      ['a device', [{ name: 'device', mode: 0o020666 }], /neither a file nor a folder/],
      [
        'the same name twice',
        [
          { name: 'a', content: '1' },
          { name: 'a', content: '2' },
        ],
        /occurs twice/,
      ],
      [
        'two names that become one',
        [
          { name: 'caf\u00e9', content: '1' },
          { name: 'cafe\u0301', content: '2' },
        ],
        /look the same/,
      ],
      [
        'a file that is a folder, too',
        [
          { name: 'a', content: '1' },
          { name: 'a/b', content: '2' },
        ],
        /to be a folder/,
      ],
      ['a file of more than 10 MB', [{ name: 'large', content: Buffer.alloc(10 * 1024 * 1024 + 1) }], /larger than 10 MB/],
      ['a size that is too small', [{ name: 'a', content: 'x'.repeat(1000), size: 10 }], /another size|cannot be unpacked/],
      ['a size that is too large', [{ name: 'a', content: 'x', size: 1000 }], /another size/],
      ['a stored size that lies', [{ name: 'a', content: 'x'.repeat(100), method: 0, size: 10 }], /another size/],
      ['a wrong checksum', [{ name: 'a', content: 'x', crc: 1 }], /checksum/],
      ['encryption', [{ name: 'a', content: 'x', flags: 0x801 }], /encrypted/],
      ['another method', [{ name: 'a', content: 'x', method: 14 }], /compressed in a way/],
      [
        'bytes that two entries share',
        [
          { name: 'a', content: bomb },
          { name: 'b', content: bomb, overlapping: true },
        ],
        /shares its bytes/,
        'b',
      ],
    ];
    for (const [what, entries, reason, name = String(entries.at(-1)?.name)] of cases)
      it(what, async () => {
        const problem = await problemOf(send(zipOf([{ name: 'good.txt', content: 'good' }, ...entries])));
        assert.deepEqual([problem.status, problem.code], [422, 'invalid_zip']);
        assert.ok(
          problem.entries?.some((entry) => name.startsWith(entry.path.slice(0, 100)) && reason.test(entry.reason)),
          JSON.stringify(problem),
        );
        assert.deepEqual(await tree(), []);
      });

    it('a file where the project has a folder', async () => {
      await save('a/b', '1');
      assert.equal((await problemOf(send(contents({ a: '2' })))).code, 'path_taken');
    });
  });

  it('refuses what is no zip, an unfinished one, and a million entries', async () => {
    const whole = contents({ a: 'x'.repeat(1000) });
    assert.equal((await problemOf(send(Buffer.from('hello')))).code, 'invalid_zip');
    assert.equal((await problemOf(send(whole.subarray(0, -10)))).code, 'invalid_zip');
    assert.equal((await problemOf(send(zipOf([{ name: 'a' }], { entryCount: 60_000 })))).code, 'invalid_zip');
    assert.equal((await problemOf(send(zipOf([{ name: 'a' }], { entryCount: 1_000_000 })))).code, 'too_many_files');
    assert.deepEqual(await tree(), []);
  });

  it('refuses what would be too large unpacked, before it unpacks anything', async () => {
    // 2.2 GB in 2 MB: each file is within its limit.
    const content = Buffer.alloc(10_000_000);
    const zip = zipOf(Array.from({ length: 220 }, (_, index) => ({ name: `zeros-${index}`, content })));
    assert.ok(zip.length < 3_000_000);
    assert.equal((await problemOf(send(zip))).code, 'too_large');
  });
});
