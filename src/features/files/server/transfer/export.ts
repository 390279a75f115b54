/** Exports files as a zip, while it is sent. Contents of a version never change, so the list of versions is the only snapshot it needs. */
import { Readable } from 'node:stream';
import type { ZipFile } from 'yazl';
import type { Actor } from '#features/audit-log/server/access.ts';
import type { AuditLog } from '#features/audit-log/server/audit-log.ts';
import { selectFolders } from '#features/files/server/folder-queries.ts';
import { foldersOf } from '#features/files/server/tree.ts';
import type { Database } from '#kernel/database/pool.ts';
import { noFileAt, notFound } from '#kernel/errors.ts';
import * as sql from './queries.ts';

/** Contents read at once. */
const BATCH_BYTES = 1_000_000;
const BATCH_FILES = 100;
/** Sent at once. */
const CHUNK_BYTES = 64_000;
const MAX_FOLDERS = 100_000;
/** Level 1 takes a third of the processor time of the default, and source code grows by a tenth. */
const LEVEL = 1;
/** Of formats that are compressed already. */
const COMPRESSED = /\.(?:png|jpe?g|gif|webp|avif|zip|gz|zst|xz|br|7z|mp[34]|webm|woff2?|pdf|docx|xlsx|pptx)$/i;

export interface Exported {
  projectId: string;
  /** A file, or a folder with everything in it; '' for the project. */
  path: string;
  /** The number of a change, for the state as of that change. */
  at?: number | undefined;
}

export interface ExportedZip {
  name: string;
  chunks: AsyncIterable<Uint8Array>;
}

interface Exporting {
  db: Database;
  auditLog: AuditLog;
  actor: Actor;
}

/** @returns the zip, and a name for it. @throws 404 if nothing is at the path */
export async function exportZip({ db, auditLog, actor }: Exporting, { projectId, path, at }: Exported): Promise<ExportedZip> {
  const [[project], files, folders] = await Promise.all([
    sql.selectProjectName(db, { projectId }),
    sql.selectExported(db, { projectId, path, number: at ?? null }),
    at === undefined ? selectFolders(db, { projectId, path, limit: MAX_FOLDERS }) : [],
  ]);
  if (!project) throw notFound('project');
  if (path !== '' && files.length === 0 && folders.length === 0) throw noFileAt(path);
  const subject = { kind: 'project', id: projectId, name: project.name };
  const detail = { ...(path !== '' && { path }), ...(at !== undefined && { at }) };
  await auditLog.record(db, { organizationId: project.organization_id, projectId, actor, action: 'export.files', subject, detail });
  const { ZipFile } = await import('yazl');
  const zip = new ZipFile();
  // A folder keeps its own name.
  const from = path.lastIndexOf('/') + 1;
  const read = createReader(db, projectId, files);
  for (const [index, file] of files.entries()) {
    const options = {
      mtime: new Date(file.changed_at),
      mode: file.executable ? 0o100755 : 0o100644,
      ...(COMPRESSED.test(file.path) ? { compress: false } : { compressionLevel: LEVEL }),
    };
    // Asked for one after the other.
    zip.addReadStreamLazy(file.path.slice(from), options, (done) => {
      read(index).then(
        (content) => done(null, Readable.from([content], { objectMode: false })),
        (error: unknown) => done(error, new Readable()),
      );
    });
  }
  const paths = new Set(files.map((file) => file.path));
  // A file in its place weighs more.
  for (const folder of folders)
    if (![folder.path, ...foldersOf(folder.path)].some((each) => paths.has(each))) zip.addEmptyDirectory(folder.path.slice(from));
  zip.end();
  const name = path === '' ? project.name : path.slice(from);
  return { name: `${name}${at === undefined ? '' : ` (${at})`}.zip`, chunks: chunksOf(zip) };
}

type Row = Awaited<ReturnType<typeof sql.selectExported>>[number];

/** Reads contents in order, the next ones along with the one asked for. */
function createReader(db: Database, projectId: string, files: readonly Row[]) {
  let contents = new Map<string, Buffer>();
  return async (index: number): Promise<Buffer> => {
    const { version = '', path = '' } = files[index] ?? {};
    if (!contents.has(version)) {
      const rows = await sql.selectContentsOf(db, { projectId, versions: nextVersions(files, index) });
      contents = new Map(rows.map((row) => [row.version, row.content]));
    }
    const content = contents.get(version);
    // The project was deleted in the meantime.
    if (!content) throw noFileAt(path);
    return content;
  };
}

function nextVersions(files: readonly Row[], from: number): string[] {
  const versions: string[] = [];
  let bytes = 0;
  for (const { version, size } of files.slice(from, from + BATCH_FILES)) {
    bytes += size;
    if (versions.length > 0 && bytes > BATCH_BYTES) break;
    versions.push(version);
  }
  return versions;
}

/** An entry is several small writes, which go on together. */
async function* chunksOf(zip: ZipFile): AsyncGenerator<Uint8Array> {
  const output = zip.outputStream as Readable;
  zip.on('error', (error: Error) => output.destroy(error));
  let gathered: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of output as AsyncIterable<Uint8Array>) {
    gathered.push(part);
    bytes += part.length;
    if (bytes < CHUNK_BYTES) continue;
    yield Buffer.concat(gathered);
    gathered = [];
    bytes = 0;
  }
  yield Buffer.concat(gathered);
}
