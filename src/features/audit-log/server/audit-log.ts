/**
 * Audit log: who did what, when and from where. Append-only, enforced by the database. Entries copy the names they show, since they outlive
 * projects, runs and people.
 */
import type { Database } from '#kernel/database/pool.ts';
import type { Log } from '#kernel/log.ts';
import { createDeniedAccess } from './denied-access.ts';
import { record, recordAbout, recordOf } from './record.ts';
import { createSignIns } from './sign-ins.ts';

export type { Actor, Person } from './access.ts';
export type { NewEntry } from './record.ts';
export { record } from './record.ts';
export type AuditLog = ReturnType<typeof createAuditLog>;

/** @param log records failures of entries written in the background */
export const createAuditLog = ({ db, log }: { db: Database; log?: Log }) => ({
  record,
  recordOf,
  recordAbout,
  signIns: createSignIns({ db, log }),
  recordDenied: createDeniedAccess({ db, log }),
});
