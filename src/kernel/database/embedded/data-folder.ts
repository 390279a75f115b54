/** Locks a data folder, so one server at a time owns it. Otherwise fails with one sentence. */
import { randomUUID } from 'node:crypto';
import { access, constants, link, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** How long a PostgreSQL whose server was killed may take to close its files. */
const ORPHAN_TIMEOUT_MS = 30_000;

/**
 * Locks are numbered files that name a process. A server that finds the newest one without a living owner creates the next one, which only
 * one server can do: the link is exclusive and appears complete. The newest is never removed, so an earlier number cannot be reused.
 * @returns a function that releases the folder
 */
export async function lockDataFolder(dataDir: string): Promise<() => Promise<void>> {
  await makeDataFolder(dataDir);
  let lock: string | undefined;
  while (!lock) {
    const newest = (await readLocks(dataDir)).at(-1) ?? 0;
    const holder = await readFile(lockFile(dataDir, newest), 'utf8').catch(() => '');
    const pid = Number(holder.split(' ')[0]);
    if (pid && (await startOf(pid)) === holder.trim().split(' ')[1]) {
      throw new Error(
        `The data folder ${dataDir} is in use by the server with process id ${pid}. Stop that one, or set DATA_DIR to another folder.`,
      );
    }
    lock = await claim(dataDir, newest + 1);
  }
  await waitForOrphan(dataDir);
  const held = lock;
  return () => writeFile(held, '');
}

/** @throws Error with one sentence if it does not exist and cannot be created */
export async function makeDataFolder(dataDir: string): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: 0o755 }).catch(async ({ code }: NodeJS.ErrnoException) => {
    // Node reports this code inside a folder that accepts no new entries, whatever the reason.
    throw folderError(dataDir, 'created', code === 'ENOENT' ? ((await whyNotWritable(dirname(dataDir))) ?? code) : code);
  });
}

/** @returns the error code that prevents writing to the nearest existing folder */
async function whyNotWritable(folder: string): Promise<string | undefined> {
  const { code } = await access(folder, constants.W_OK).then(
    () => ({ code: undefined }),
    (error: NodeJS.ErrnoException) => error,
  );
  return code === 'ENOENT' && dirname(folder) !== folder ? whyNotWritable(dirname(folder)) : code;
}

const reasons: Record<string, string> = {
  EROFS: ': its file system is read-only',
  ENOSPC: ': its disk is full',
  EDQUOT: ': its quota is used up',
};

export function folderError(dataDir: string, what: 'created' | 'written', code = 'unknown'): Error {
  const reason = Object.hasOwn(reasons, code) ? reasons[code] : '';
  return new Error(`The data folder ${dataDir} cannot be ${what} (${code}${reason}). Set DATA_DIR to a folder you may write.`);
}

const lockFile = (dataDir: string, number: number) => join(dataDir, `server.lock.${number}`);

/** Lock numbers, ascending. */
async function readLocks(dataDir: string): Promise<number[]> {
  const names = await readdir(dataDir).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`The data folder ${dataDir} cannot be read (${error.code}). Set DATA_DIR to a folder you may read and write.`);
  });
  return names
    .flatMap((name) => /^server\.lock\.(\d+)$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

/** @returns the path of the lock; undefined if another server was faster */
async function claim(dataDir: string, number: number): Promise<string | undefined> {
  const lock = lockFile(dataDir, number);
  const draft = join(dataDir, `server.lock.draft-${randomUUID()}`);
  try {
    await writeFile(draft, `${process.pid} ${await startOf(process.pid)}\n`, { mode: 0o644 });
    await link(draft, lock);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return undefined;
    throw folderError(dataDir, 'written', code);
  } finally {
    await rm(draft, { force: true });
  }
  const all = await readLocks(dataDir);
  const newest = all.at(-1) === number;
  // A slow server may have claimed a number that others have meanwhile passed and removed.
  for (const old of newest ? all.slice(0, -1) : [number]) await rm(lockFile(dataDir, old), { force: true });
  return newest ? lock : undefined;
}

/** When a process started, to tell it apart from a later process with the same id; undefined if it is gone. */
async function startOf(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie has ended; in a container it may never be reaped.
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return process.platform !== 'linux' && lives(pid) ? 'alive' : undefined;
  }
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function waitForOrphan(dataDir: string): Promise<void> {
  const deadline = performance.now() + ORPHAN_TIMEOUT_MS;
  const pidFile = join(dataDir, 'postgres', 'postmaster.pid');
  for (;;) {
    const pid = Number((await readFile(pidFile, 'utf8').catch(() => '')).split('\n')[0]);
    if (!pid || !lives(pid) || !(await isPostgres(pid))) return;
    if (performance.now() > deadline)
      throw new Error(`The data folder ${dataDir} is in use by a PostgreSQL with process id ${pid}. Stop it first.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function isPostgres(pid: number): Promise<boolean> {
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => 'postgres');
  return command.includes('postgres');
}
