/** What the checks of the machine say. */
const gb = (bytes: number) => `${(bytes / 1e9).toFixed(bytes < 1e10 ? 1 : 0)} GB`;

export const texts = {
  port: {
    answers: (origin: string, version: string) => `A server of version ${version} answers at ${origin}.`,
    free: (port: number) => (port === 0 ? 'The system chooses a port (PORT=0).' : `Port ${port} is free.`),
    other: (port: number, reason: string) => ({
      detail: `Something else is at port ${port}, not Guildhall (${reason}).`,
      advice: 'Stop that program, or set PORT to a free port.',
    }),
    unusable: (port: number, host: string, reason: string) => ({
      detail: `A server cannot listen on port ${port} of ${host} (${reason}).`,
      advice: 'Set PORT to a free port (above 1023 unless started as root), and HOST to an address of this machine.',
    }),
  },
  processes: {
    ok: (processes: number, cores: number, bytes: number) =>
      `${processes === 1 ? '1 process' : `${processes} processes`} on ${cores === 1 ? '1 core' : `${cores} cores`} and ${gb(bytes)} of memory.`,
    tooMany: (processes: number, cores: number) => ({
      detail: `${processes} processes share ${cores === 1 ? '1 core' : `${cores} cores`}: they take turns, and nothing gets faster.`,
      advice: `Set WEB_CONCURRENCY=${cores}, or remove it for one process per core.`,
    }),
    tooLittleMemory: (processes: number, bytes: number, needed: number) => ({
      detail: `${processes === 1 ? '1 process' : `${processes} processes`} may need ${gb(needed)} under load, and there are ${gb(bytes)} of memory.`,
      advice: 'Lower WEB_CONCURRENCY, or give this machine or container more memory.',
    }),
  },
  openFiles: {
    ok: (limit: string) => `A process may have ${limit} files and connections open.`,
    tooFew: (limit: number, enough: number) => ({
      detail: `A process may have only ${limit} files and connections open. Each open page takes one or two.`,
      advice: `Raise the limit to ${enough} or more: LimitNOFILE in the systemd unit, or ulimit -n.`,
    }),
    unknown: 'This system does not say how many files a process may open.',
  },
  disk: {
    ok: (list: string) => `Free: ${list}.`,
    of: (bytes: number, what: string) => `${gb(bytes)} ${what}`,
    folders: {
      data: (path: string) => `for data (${path})`,
      temporary: (path: string) => `for temporary files (${path})`,
      database: (path: string) => `for PostgreSQL (${path})`,
    },
    low: (list: string) => ({
      detail: `Little space is left: ${list}.`,
      advice: 'Make room or enlarge the disk. Imports need up to 2 GB for a while; with a full disk, nothing can be saved.',
    }),
  },
  dataFolder: {
    ok: (path: string) => `A file in ${path} was written and read back.`,
    creatable: (path: string) => `${path} does not exist yet, and can be created.`,
    notWritable: (path: string, reason: string) => ({
      detail: `${path} cannot be written (${reason}).`,
      advice: 'Set DATA_DIR to a folder that the user of the server may write, or give that user this folder.',
    }),
  },
  secretFiles: {
    ok: (count: number) => (count === 0 ? 'No secrets are stored in files here.' : 'Only their owner can read the files with secrets.'),
    readable: (list: string) => ({
      detail: `Other users of this machine can read: ${list}.`,
      advice: 'Run chmod 600 on each of them. If others have accounts on this machine, replace the secrets too.',
    }),
  },
};
