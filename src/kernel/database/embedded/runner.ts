/** PostgreSQL refuses to run as root. This finds a way to start it as another user who can still access its files. */
import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';

export interface Runner {
  /** The required owner of the data; undefined for the current user. */
  owner?: { uid: number; gid: number };
  spawn(command: string, args: string[], options: SpawnOptions): ChildProcess;
}

const environment = { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/**
 * @param binary must be executable
 * @param folder must be accessible
 * @throws if only root can access them
 */
export async function findRunner(binary: string, folder: string): Promise<Runner> {
  if (process.getuid?.() !== 0) return { spawn: (command, args, options) => spawn(command, args, { env: environment, ...options }) };
  const owner = await findUser();
  const probe = ['-c', 'test -x "$0" && test -x "$1"', binary, folder];
  if (spawnSync('/bin/sh', probe, owner).status === 0) {
    return { owner, spawn: (command, args, options) => spawn(command, args, { env: environment, ...options, ...owner }) };
  }
  // A checkout below /root is closed to others; this one capability lets the other user traverse it, and nothing more.
  const pass = [
    `--reuid=${owner.uid}`,
    `--regid=${owner.gid}`,
    '--clear-groups',
    '--inh-caps=+dac_override',
    '--ambient-caps=+dac_override',
  ];
  if (spawnSync('setpriv', [...pass, '/bin/sh', ...probe]).status === 0) {
    return { owner, spawn: (command, args, options) => spawn('setpriv', [...pass, command, ...args], { env: environment, ...options }) };
  }
  throw new Error(
    `PostgreSQL does not run as root, and the user with id ${owner.uid} cannot reach ${folder}. Start as another user, or put the project and DATA_DIR where that user can reach them.`,
  );
}

async function findUser(): Promise<{ uid: number; gid: number }> {
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '');
  for (const name of ['postgres', 'nobody']) {
    const fields = passwd
      .split('\n')
      .find((line) => line.startsWith(`${name}:`))
      ?.split(':');
    if (fields) return { uid: Number(fields[2]), gid: Number(fields[3]) };
  }
  return { uid: 65_534, gid: 65_534 };
}
