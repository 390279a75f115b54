/** What commands do about backups is in the list and in the audit log too. */
import { record } from '#features/audit-log/server/audit-log.ts';
import type { Database } from '#kernel/database/pool.ts';
import type { Queryable } from '#kernel/database/statement.ts';
import { confirmRestore } from '#kernel/outgoing.ts';
import * as sql from './queries.ts';
import { hasList } from './state.ts';
import { texts } from './texts.ts';

type Recorded = 'backup.create' | 'backup.restore' | 'backup.confirm';

/** In the organization that was founded first, whose admins operate the installation. */
export async function recordByCommand(on: Queryable, action: Recorded, name?: string): Promise<void> {
  const [first] = await sql.selectFirstOrganization(on);
  if (!first) return;
  const actor = { userId: null, name: texts.commandLine };
  await record(on, { organizationId: first.id, actor, action, ...(name && { subject: { kind: 'backup', id: null, name } }) });
}

/** Adds a backup that a command made to the list, if this database has one: it may be of an older version. */
export async function recordMade(
  db: Database,
  made: { name: string; location: string; host: string | null; bytes: number; rows: number; encrypted: boolean; startedAt: string },
): Promise<void> {
  if (!(await hasList(db))) return;
  await db.transaction(async (tx) => {
    await sql.insertDone(tx, made);
    await recordByCommand(tx, 'backup.create', made.name);
  });
}

/** Lets everything go out again, on all servers. @returns false if nothing was held */
export const recordConfirmed = (db: Database): Promise<boolean> =>
  db.transaction(async (tx) => {
    const confirmed = await confirmRestore(tx);
    if (confirmed) await recordByCommand(tx, 'backup.confirm');
    return confirmed;
  });
