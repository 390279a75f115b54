/** Takes the current files of one project out of a backup, without a database. */
import { createWriteStream, existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import yazl from 'yazl';
import { openBackup } from './backup-file.ts';
import { explainDisk } from './destination.ts';
import { BackupError } from './format.ts';

type Row = Readonly<Record<string, string | null>>;

interface Extracted {
  project: { id: string; name: string };
  files: number;
}

/** @param wanted the id of a project, or its name @throws BackupError if the backup has no such project, or several */
export async function extractProject(path: string, passphrase: string | undefined, wanted: string, to: string): Promise<Extracted> {
  if (existsSync(to)) throw new BackupError(`${to} exists already. Choose another file with --to.`);
  const project = await findProject(path, passphrase, wanted);
  const byHash = new Map<string, { path: string; executable: boolean }[]>();
  for await (const row of readRows(path, passphrase, 'files'))
    if (row['project_id'] === project.id && row['hash'] && row['path']) {
      const file = { path: row['path'], executable: row['executable'] === 't' };
      byHash.set(row['hash'], [...(byHash.get(row['hash']) ?? []), file]);
    }
  const partial = `${to}.partial`;
  try {
    const files = await writeZip(readContents(path, passphrase, project.id, byHash), partial);
    await rename(partial, to);
    return { project, files };
  } catch (error) {
    await rm(partial, { force: true }).catch(() => undefined);
    return explainDisk(dirname(to))(error as Error);
  }
}

async function findProject(path: string, passphrase: string | undefined, wanted: string): Promise<{ id: string; name: string }> {
  const found: { id: string; name: string }[] = [];
  for await (const { id, name } of readRows(path, passphrase, 'projects'))
    if (id && name !== null && name !== undefined && (id === wanted.toLowerCase() || name.toLowerCase() === wanted.toLowerCase()))
      found.push({ id, name });
  const [project, another] = found;
  if (!project) throw new BackupError(`This backup has no project ${wanted}.`);
  if (another)
    throw new BackupError(
      `This backup has ${found.length} projects named ${wanted}. Name one by its id: ${found.map(({ id }) => id).join(', ')}.`,
    );
  return project;
}

interface File {
  path: string;
  executable: boolean;
  content: Buffer;
}

async function* readContents(
  path: string,
  passphrase: string | undefined,
  projectId: string,
  byHash: ReadonlyMap<string, readonly { path: string; executable: boolean }[]>,
): AsyncGenerator<File> {
  for await (const row of readRows(path, passphrase, 'blobs')) {
    const files = row['project_id'] === projectId ? (byHash.get(row['hash'] ?? '') ?? []) : [];
    const content = Buffer.from(row['content']?.slice(2) ?? '', 'hex');
    for (const file of files) yield { ...file, content };
  }
}

/** One content is in memory at a time. @returns how many files it has */
async function writeZip(files: AsyncIterable<File>, to: string): Promise<number> {
  const zip = new yazl.ZipFile();
  const written = pipeline(zip.outputStream, createWriteStream(to, { mode: 0o600, flush: true }));
  written.catch(() => undefined);
  let count = 0;
  for await (const { path, executable, content } of files) {
    const added = new Promise<void>((resolve) => {
      zip.addReadStreamLazy(path, { mode: executable ? 0o100755 : 0o100644 }, (done) => {
        const stream = Readable.from([content], { objectMode: false });
        stream.once('close', resolve);
        done(null, stream);
      });
    });
    await Promise.race([added, written]);
    count++;
  }
  zip.end();
  await written;
  return count;
}

/** The rows of one table, by column. */
async function* readRows(path: string, passphrase: string | undefined, table: string): AsyncGenerator<Row> {
  const backup = await openBackup(path, passphrase);
  let columns: readonly string[] | undefined;
  let parts: Buffer[] = [];
  for await (const { kind, value } of backup.records()) {
    if (kind === 'table') columns = value.name === table ? value.columns : undefined;
    if (kind === 'tableEnd' && columns) return;
    if (kind !== 'rows' || !columns) continue;
    let from = 0;
    for (let end = value.indexOf(NEWLINE); end >= 0; end = value.indexOf(NEWLINE, from)) {
      parts.push(value.subarray(from, end));
      yield readRow(Buffer.concat(parts).toString('utf8'), columns);
      parts = [];
      from = end + 1;
    }
    if (from < value.length) parts.push(value.subarray(from));
  }
}

const NEWLINE = 0x0a;

function readRow(line: string, columns: readonly string[]): Row {
  const fields = line.split('\t');
  return Object.fromEntries(columns.map((column, index) => [column, unescapeField(fields[index] ?? '\\N')]));
}

const escapes: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

/** PostgreSQL's text COPY. */
const unescapeField = (field: string): string | null =>
  field === '\\N' ? null : field.replace(/\\(.)/gs, (_, letter: string) => escapes[letter] ?? letter);
