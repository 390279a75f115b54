/** One server at a time owns a data folder. Says so in one sentence when it is another one. */
import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** How long a PostgreSQL whose server was killed may take to close its files. */
const ORPHAN_PATIENCE_MS = 30_000;

/** @returns how to give the folder up */
export async function lockDataFolder(dataDir: string): Promise<() => Promise<void>> {
  await mkdir(dataDir, { recursive: true, mode: 0o755 }).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`The data folder ${dataDir} cannot be created (${error.code}). Set DATA_DIR to a folder you may write.`);
  });
  const lock = join(dataDir, 'server.lock');
  while (!(await claim(lock, dataDir))) {
    const holder = await readFile(lock, 'utf8').catch(() => '');
    const pid = Number(holder.split(' ')[0]);
    if (pid && (await startOf(pid)) === holder.trim().split(' ')[1]) {
      throw new Error(
        `The data folder ${dataDir} is in use by the server with process id ${pid}. Stop that one, or set DATA_DIR to another folder.`,
      );
    }
    await rm(lock, { force: true });
  }
  await waitForOrphan(dataDir);
  return () => rm(lock, { force: true });
}

async function claim(lock: string, dataDir: string): Promise<boolean> {
  try {
    const file = await open(lock, 'wx', 0o644);
    await file.write(`${process.pid} ${await startOf(process.pid)}\n`);
    await file.close();
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    throw new Error(`The data folder ${dataDir} cannot be written (${code}). Set DATA_DIR to a folder you may write.`);
  }
}

/** When a process started, so that a number that was given out again is not taken for its holder; undefined if it is gone. */
async function startOf(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
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
  const deadline = performance.now() + ORPHAN_PATIENCE_MS;
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
