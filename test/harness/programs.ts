/** Debian programs that some tests use if they are installed; otherwise the tests are skipped. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/** Admin programs are often not on the path. */
const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/sbin'];

export function findProgram(name: string): string | undefined {
  return folders
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** @returns for a test's `skip`: false if the program is found */
export function without(program: string): string | false {
  return findProgram(program) ? false : `skipped: ${program} not found`;
}

/**
 * Mounts a separate disk of this many bytes at a folder. @returns functions to change its options and to unmount it; undefined without
 * permission to
 */
export function mountSmallDisk(folder: string, size: string): { remount(options: string): void; unmount(): void } | undefined {
  const mount = (...args: string[]) => spawnSync('mount', [...args, folder]).status === 0;
  if (!mount('-t', 'tmpfs', '-o', `size=${size},mode=777`, 'tmpfs')) return undefined;
  return {
    remount(options) {
      if (!mount('-o', `remount,${options}`)) throw new Error(`${folder} cannot be mounted with ${options}`);
    },
    unmount: () => void spawnSync('umount', ['-l', folder]),
  };
}
export const NO_MOUNT = 'skipped: no right to mount a small disk';

/** A certificate for localhost that nobody else trusts. @returns the variables that name it and its key */
export function createCertificate(folder: string): { TLS_CERT: string; TLS_KEY: string } {
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const made = spawnSync('openssl', [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '30',
    '-keyout',
    key,
    '-out',
    cert,
    ...subject,
  ]);
  if (made.status !== 0) throw new Error(`openssl made no certificate: ${made.stderr}`);
  return { TLS_CERT: cert, TLS_KEY: key };
}
