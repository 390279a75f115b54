/** What operators do with organizations on the command line. */
import { v7 as uuid } from 'uuid';
import { createAuditLog } from '#features/audit-log/server/audit-log.ts';
import type { Database, Transaction } from '#kernel/database/pool.ts';
import type { Role } from '#wire/role.ts';
import { insertMember } from './member-queries.ts';
import * as sql from './queries.ts';

/** @param named its id, or its name */
const find = (db: Database, named: string): Promise<{ id: string; name: string }[]> => sql.findOrganizations(db, { named });

/** Makes a new person a member of an organization, or the owner of one that they found. */
async function join(
  db: Database,
  tx: Transaction,
  { id: userId, name }: { id: string; name: string },
  to: { organizationId: string; role: Role } | { founds: string },
): Promise<void> {
  const actor = { userId, name };
  const auditLog = createAuditLog({ db });
  if ('founds' in to) {
    const organizationId = uuid();
    await sql.insertOrganization(tx, { id: organizationId, name: to.founds });
    await insertMember(tx, { organizationId, userId, role: 'owner' });
    return tx.withCommit(auditLog.record(tx, { organizationId, actor, action: 'organization.create' }));
  }
  const { organizationId, role } = to;
  await insertMember(tx, { organizationId, userId, role });
  const subject = { kind: 'role', id: null, name: role };
  const detail = { invitedBy: 'An operator on the command line' };
  tx.withCommit(auditLog.record(tx, { organizationId, actor, action: 'member.join', subject, detail }));
}

export const organizationsByOperators = { find, join };
