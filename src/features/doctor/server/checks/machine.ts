/** The machine: port, processes, memory, files and disks. */
import { randomUUID } from 'node:crypto';
import { access, constants, readFile, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { type Check, type Finding, failed, ok, skipped, warning } from '../check.ts';
import type { Context } from '../context.ts';
import * as sql from '../queries.ts';
import { texts } from '../texts/machine.ts';

/** What a process takes under load; idle, it is half of that. */
const PROCESS_BYTES = 250e6;
const ENOUGH_FILES = 4096;
/** Imports may occupy this much for a while. */
const LOW_BYTES = 2e9;
const EMPTY_BYTES = 5e8;

async function checkPort({ atPort, settings: { port, host = '*' } }: Context): Promise<Finding> {
  const found = await atPort();
  if ('server' in found) return ok(texts.port.answers(found.server.origin, found.server.health.version));
  if ('other' in found) return failed(texts.port.other(port, found.other));
  return 'free' in found ? ok(texts.port.free(port)) : failed(texts.port.unusable(port, host, found.unusable));
}

function checkProcesses({ settings: { processes } }: Context): Finding {
  const cores = availableParallelism();
  // In a container, its limit; without one, more than the machine has.
  const bytes = Math.min(process.constrainedMemory() || Infinity, totalmem());
  if (processes > cores) return warning(texts.processes.tooMany(processes, cores));
  const needed = processes * PROCESS_BYTES;
  if (needed > bytes) return warning(texts.processes.tooLittleMemory(processes, bytes, needed));
  return ok(texts.processes.ok(processes, cores, bytes));
}

/** Node raises its soft limit to the hard one when it starts. */
async function checkOpenFiles(): Promise<Finding> {
  const limits = await readFile('/proc/self/limits', 'utf8').catch(() => '');
  const limit = /^Max open files\s+(\d+|unlimited)/m.exec(limits)?.[1];
  if (limit === undefined) return skipped(texts.openFiles.unknown);
  return Number(limit) < ENOUGH_FILES ? warning(texts.openFiles.tooFew(Number(limit), ENOUGH_FILES)) : ok(texts.openFiles.ok(limit));
}

/** PostgreSQL's data folder, if it is on this machine and its user may see where. */
async function findDatabaseFolder({ databaseIfThere, databaseAt }: Context): Promise<string | undefined> {
  const db = await databaseIfThere();
  const [row] = db && isLocal(databaseAt.url ?? '') ? await sql.selectDataFolder(db).catch(() => []) : [];
  return row?.folder;
}

const isLocal = (url: string) => URL.canParse(url) && /^(?:|localhost|127\..*|\[::1\])$/.test(new URL(url).hostname);

async function checkDisk(ctx: Context): Promise<Finding> {
  const folders: [path: string | undefined, what: (path: string) => string][] = [
    [await nearestExisting(ctx.settings.dataDir), texts.disk.folders.data],
    [tmpdir(), texts.disk.folders.temporary],
    [await findDatabaseFolder(ctx), texts.disk.folders.database],
  ];
  const disks = new Map<string, { bytes: number; what: string }>();
  for (const [path, what] of folders) {
    // PostgreSQL's folder may not exist here, if it runs in a container.
    const found = path === undefined ? undefined : await Promise.all([stat(path), statfs(path)]).catch(() => undefined);
    if (path === undefined || !found) continue;
    const [{ dev }, { bavail, bsize }] = found;
    if (!disks.has(String(dev))) disks.set(String(dev), { bytes: bavail * bsize, what: what(path) });
  }
  const describe = (list: { bytes: number; what: string }[]) => list.map(({ bytes, what }) => texts.disk.of(bytes, what)).join(', ');
  const all = [...disks.values()];
  const low = all.filter(({ bytes }) => bytes < LOW_BYTES);
  if (low.some(({ bytes }) => bytes < EMPTY_BYTES)) return failed(texts.disk.low(describe(low)));
  return low.length > 0 ? warning(texts.disk.low(describe(low))) : ok(texts.disk.ok(describe(all)));
}

async function nearestExisting(path: string): Promise<string> {
  const exists = await stat(path).then(
    () => true,
    () => false,
  );
  return exists || dirname(path) === path ? path : nearestExisting(dirname(path));
}

async function checkDataFolder({ settings: { dataDir } }: Context): Promise<Finding> {
  const existing = await nearestExisting(dataDir);
  try {
    if (existing !== dataDir) {
      // A file on the way shows as an unusual kind of folder: creating something in it would fail.
      if (!(await stat(existing)).isDirectory()) throw Object.assign(new Error(), { code: 'ENOTDIR' });
      await access(existing, constants.W_OK | constants.X_OK);
      return ok(texts.dataFolder.creatable(dataDir));
    }
    const file = join(dataDir, `doctor-${randomUUID()}`);
    try {
      await writeFile(file, file, { flag: 'wx', flush: true });
      if ((await readFile(file, 'utf8')) !== file) throw Object.assign(new Error(), { code: 'EIO' });
    } finally {
      await rm(file, { force: true }).catch(() => undefined);
    }
    return ok(texts.dataFolder.ok(dataDir));
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    return failed(texts.dataFolder.notWritable(dataDir, code));
  }
}

async function checkSecretFiles({ settings: { dataDir, tls }, secretsMode }: Context): Promise<Finding> {
  const modeOf = (path: string) =>
    stat(path).then(
      ({ mode }) => mode,
      () => undefined,
    );
  const files = [
    { path: join(dataDir, 'secrets.json'), mode: secretsMode ?? (await modeOf(join(dataDir, 'secrets.json'))) },
    { path: '.env', mode: await modeOf('.env') },
    ...(tls ? [{ path: tls.key, mode: await modeOf(tls.key) }] : []),
  ].filter((file): file is { path: string; mode: number } => file.mode !== undefined);
  // Often, a group is there to share a file on purpose.
  const readable = files.filter(({ mode }) => (mode & 0o007) !== 0);
  if (readable.length > 0) return warning(texts.secretFiles.readable(readable.map(({ path }) => path).join(', ')));
  return ok(texts.secretFiles.ok(files.length));
}

export const machineChecks: readonly Check[] = [
  { code: 'port', run: checkPort },
  { code: 'processes', run: checkProcesses },
  { code: 'open_files', run: checkOpenFiles },
  { code: 'disk_space', run: checkDisk },
  { code: 'data_folder', run: checkDataFolder },
  { code: 'secret_files', run: checkSecretFiles },
];
