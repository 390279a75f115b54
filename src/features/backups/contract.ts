import * as z from 'zod';
import { endpointsOf, id, instant } from '#wire/contract.ts';

const endpoint = endpointsOf('Backups');

const reason = z.enum(['manual', 'scheduled', 'command']);
const status = z.enum(['running', 'done', 'failed']);

const backup = z
  .object({
    id,
    /** Of the file; null until it is complete. */
    name: z.string().nullable(),
    /** A folder, or the s3:// address of a bucket. */
    location: z.string(),
    /** The machine of the folder; null for a bucket. */
    host: z.string().nullable(),
    /** `manual`: made on the page; `scheduled`: made by itself; `command`: npm run backup. */
    reason,
    status,
    /** Who made it, if a person did. */
    userName: z.string().nullable(),
    startedAt: instant,
    endedAt: instant.nullable(),
    /** Read so far, before compression. */
    readBytes: z.number(),
    /** Size of the file. */
    bytes: z.number().nullable(),
    rows: z.number().nullable(),
    encrypted: z.boolean(),
    /** Why it failed. */
    failure: z.string().nullable(),
    /** Whether the server that answers can read the file. */
    here: z.boolean(),
  })
  .meta({ id: 'Backup' });
export type Backup = z.infer<typeof backup>;

const restoreTest = z
  .object({
    backupName: z.string(),
    testedAt: instant,
    passed: z.boolean(),
    seconds: z.number(),
    rows: z.number().nullable(),
    /** A PostgreSQL started for it, or RESTORE_TEST_URL. */
    target: z.enum(['temporary', 'url']),
    failure: z.string().nullable(),
  })
  .meta({ id: 'RestoreTest' });
export type RestoreTest = z.infer<typeof restoreTest>;

const hold = z.object({ backupMadeAt: instant, restoredAt: instant });

export const listBackups = endpoint({
  name: 'listBackups',
  method: 'GET',
  path: '/api/backups',
  summary: 'List the backups of this installation, newest first, and how they are made. At most the newest 100.',
  replies: {
    200: z.object({
      backups: z.array(backup),
      settings: z.object({
        location: z.string(),
        /** Hours between backups that are made by themselves; null: none are. */
        everyHours: z.number().nullable(),
        keep: z.number(),
        encrypted: z.boolean(),
      }),
      /** The last test of whether a backup can be restored; null: none yet. */
      restoreTest: restoreTest.nullable(),
      /** Why there are no restore tests; null if there are. */
      noRestoreTests: z.string().nullable(),
      /** A restore that an operator has yet to confirm. */
      hold: hold.nullable(),
    }),
  },
});
export type BackupList = z.infer<(typeof listBackups.replies)[200]>;

export const makeBackup = endpoint({
  name: 'makeBackup',
  method: 'POST',
  path: '/api/backups',
  summary: 'Start a backup. It is made in the background; one at a time.',
  replies: { 202: z.object({ backup }) },
});

export const downloadBackup = endpoint({
  name: 'downloadBackup',
  method: 'GET',
  path: '/api/backups/:backupId',
  priority: 'bulk',
  summary: 'Download a backup.',
  params: z.object({ backupId: id }),
  replies: { 200: 'bytes' },
  replyTypes: ['application/octet-stream'],
});

export const deleteBackup = endpoint({
  name: 'deleteBackup',
  method: 'DELETE',
  path: '/api/backups/:backupId',
  summary: 'Delete a backup and its file, or take it off the list and keep the file, for a machine that is gone.',
  params: z.object({ backupId: id }),
  query: z.object({ file: z.enum(['delete', 'keep']).default('delete') }),
  replies: { 204: 'empty' },
});

export const confirmRestore = endpoint({
  name: 'confirmRestore',
  method: 'POST',
  path: '/api/restore/confirm',
  summary: 'After a restore, let email, webhooks, schedules, triggers and runs go out again.',
  replies: { 200: z.object({ confirmed: z.boolean() }) },
});
