import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { crc32 as expectedCrc } from 'node:zlib';
import yauzl from 'yauzl';
import { crc32 } from '../client/upload/crc32.ts';
import { nameSelection, planUpload, tooManyEntries } from '../client/upload/plan.ts';
import { UnreadableFile, zipOf } from '../client/upload/zip.ts';
import { MAX_FILE_BYTES } from '../contract.ts';

const textFile = (path: string, content: string | Buffer = `This is ${path}`) => ({ path, file: new Blob([content as BlobPart]) });

async function unzip(zip: Blob): Promise<Map<string, Buffer>> {
  const reader = await yauzl.fromBufferPromise(Buffer.from(await zip.arrayBuffer()), { lazyEntries: true, strictFileNames: true });
  const found = new Map<string, Buffer>();
  for await (const entry of reader.eachEntry()) {
    const chunks: Buffer[] = [];
    if (!entry.fileName.endsWith('/')) for await (const chunk of await reader.openReadStreamPromise(entry)) chunks.push(chunk as Buffer);
    const content = Buffer.concat(chunks);
    assert.equal(entry.crc32, expectedCrc(content), entry.fileName);
    found.set(entry.fileName, content);
  }
  return found;
}

describe('a checksum', () => {
  it('is that of zlib, for any length', () => {
    for (const length of [0, 1, 2, 3, 4, 5, 63, 64, 65, 10_001]) {
      const bytes = randomBytes(length);
      assert.equal(crc32(bytes), expectedCrc(bytes), `${length} bytes`);
    }
  });
});

describe('the zip of an upload', () => {
  it('holds files and empty folders byte for byte', async () => {
    const files = [textFile('docs/größe 📐.md'), textFile('empty.txt', ''), textFile('data.bin', randomBytes(100_000))];
    const zip = await zipOf({ files, folders: ['hollow', 'deep/hollow'] });
    const found = await unzip(zip);
    assert.deepEqual([...found.keys()].sort(), ['data.bin', 'deep/hollow/', 'docs/größe 📐.md', 'empty.txt', 'hollow/']);
    for (const { path, file } of files) assert.deepEqual(found.get(path), Buffer.from(await file.arrayBuffer()), path);
  });

  it('holds more entries than the first format can count', async () => {
    const files = Array.from({ length: 66_000 }, (_, index) => textFile(`f/${index}`, ''));
    const reader = await yauzl.fromBufferPromise(Buffer.from(await (await zipOf({ files, folders: [] })).arrayBuffer()), {
      lazyEntries: true,
    });
    assert.equal(reader.entryCount, 66_000);
  });

  it('names the file that cannot be read, and stops when asked to', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'guildhall-test-'));
    const path = join(folder, 'moved.md');
    await writeFile(path, 'moved');
    const broken = { path: 'moved.md', file: await openAsBlob(path) };
    await rm(folder, { recursive: true });
    await assert.rejects(
      zipOf({ files: [textFile('a'), broken, textFile('b')], folders: [] }),
      (error) => error instanceof UnreadableFile && error.path === 'moved.md',
    );
    await assert.rejects(zipOf({ files: [textFile('a')], folders: [], signal: AbortSignal.abort() }), { name: 'AbortError' });
  });
});

describe('the plan of an upload', () => {
  const sized = (path: string, size = 1) => ({ path, file: { size } });
  const plan = (paths: readonly ReturnType<typeof sized>[], folder = '', folders: string[] = []) =>
    planUpload({ files: paths, folders }, folder);

  it('leaves out by name what cannot be stored, and takes the rest', () => {
    const { files, refused, bytes } = plan([
      sized('a.md', 10),
      sized('big.iso', MAX_FILE_BYTES + 1),
      sized('just.iso', MAX_FILE_BYTES),
      sized('odd\\name'),
      sized('\u202etxt.sh'),
      sized('caf\u00e9'),
      sized('cafe\u0301'),
    ]);
    assert.deepEqual(
      files.map(({ path }) => path),
      ['a.md', 'just.iso', 'caf\u00e9'],
    );
    assert.deepEqual(
      refused.map(({ path }) => path),
      ['big.iso', 'odd\\name', '\u202etxt.sh', 'cafe\u0301'],
    );
    assert.equal(refused[0]?.reason, 'It’s larger than 10 MB, the most a file can have.');
    assert.equal(bytes, MAX_FILE_BYTES + 11);
  });

  it('counts the folder it goes to into the length of a path', () => {
    const name = 'x'.repeat(1000);
    assert.equal(plan([sized(name)]).refused.length, 0);
    assert.equal(plan([sized(name)], 'y'.repeat(100)).refused.length, 1);
  });

  it('keeps empty folders', () => {
    assert.deepEqual(plan([], '', ['a/b', 'a/..']).folders, ['a/b']);
  });

  it('has the name of the only thing chosen, or says how many', () => {
    assert.equal(nameSelection([{ path: 'a.md' }], []), 'a.md');
    assert.equal(nameSelection([{ path: 'photos/a' }, { path: 'photos/b' }], ['photos/c']), 'photos');
    assert.equal(nameSelection([{ path: 'a' }, { path: 'b' }], []), '2 files');
    const many = Array.from({ length: 1200 }, (_, index) => ({ path: `${index}` }));
    assert.equal(nameSelection(many, []), '1\u202f200 files');
    assert.equal(nameSelection([{ path: 'a\u202eb' }], []), 'a⟨U+202E⟩b');
  });

  it('says when it is too much for one import', () => {
    assert.equal(tooManyEntries(5, 10), undefined);
    assert.match(tooManyEntries(11, 10) ?? '', /11 files and folders are more/);
  });
});
