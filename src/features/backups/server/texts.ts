/** What is said about backups in problems, in the list, and in the audit log. */
export const texts = {
  /** Why a backup failed. */
  failures: {
    abandoned: 'The server that made it ended before it was complete.',
    stopped: 'The server was stopped. Another one starts it again.',
    unexpected: 'It failed unexpectedly. The server’s log says why.',
  },
  folder: {
    notCreated: (folder: string, code = 'unknown') => `The folder ${folder} cannot be created (${code}). Name one that you may write.`,
    notWritten: (folder: string, code: string) =>
      code === 'ENOSPC' || code === 'EDQUOT'
        ? `The disk of ${folder} is full. Make room on it, or choose another place.`
        : `${folder} cannot be written (${code}). Choose a folder that you may write.`,
    gone: (name: string, folder: string, host: string) => `${name} is no longer in ${folder} on ${host}.`,
  },
  bucket: {
    noKey: 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to store backups in a bucket.',
    unreachable: (host: string, reason: string) => `${host} cannot be reached (${reason}). Check AWS_ENDPOINT_URL_S3.`,
    refused: (host: string, reason: string, object: string) => `${host} refused a request for ${object} (${reason}).`,
    uploadFailed: (name: string, reason: string) => `The upload of ${name} failed: ${reason}.`,
    otherSize: (name: string, stored: number, size: number) => `${name} has ${stored} bytes after the upload, not ${size}.`,
    otherPart: (name: string, bytes: number, expected: number) => `A part of ${name} came with ${bytes} bytes, not ${expected}.`,
    shorter: 'The backup became shorter while it was uploaded.',
  },
  /** Why nothing is restored over what is there. */
  otherProgram: (tables: string) =>
    `This database belongs to another program: it has the tables ${tables}. A restore replaces everything in a database, so name an empty one.`,
  othersTables: (tables: string, first: string) =>
    `This database has tables that are not Guildhall’s: ${tables}. A restore replaces everything in it, so move them to another schema, for example with: create schema others; alter table ${first} set schema others;`,
  problems: {
    running: 'A backup is being made already. Wait until it is complete.',
    notFound: 'This backup does not exist. It may have been deleted; the list shows the existing ones.',
    notComplete: 'This backup is not complete.',
    elsewhere: (host: string, location: string) =>
      `This backup is on the machine ${host}, in ${location}. Copy it from there, or delete it there.`,
  },
  /** Why there are no restore tests. */
  noTests: {
    noBackups: 'Automatic backups are off: set BACKUP_TO.',
    noTarget: 'No PostgreSQL can be started here for them. Set RESTORE_TEST_URL to an empty database on another server.',
    notEmpty: 'The database of RESTORE_TEST_URL is not empty. Name an empty one: a test replaces everything in it.',
    noRoom: (folder: string, bytes: number) =>
      `The disk of ${folder} has no room for a copy of the database (${(bytes / 1e9).toFixed(1)} GB). Make room, or set RESTORE_TEST_URL.`,
    sameServer: 'RESTORE_TEST_URL is on the PostgreSQL server that this installation uses. Set it to another one.',
  },
  subject: (name: string | null, location: string) => name ?? `a backup in ${location}`,
  commandLine: 'An operator on the command line',
} as const;
