/** What a new account begins with: an organization, and for the first one the right to operate the installation. */
import { v7 as uuid } from 'uuid';
import type { Transaction } from '#kernel/database/pool.ts';
import * as sql from './queries.ts';
import { texts } from './texts.ts';

/** Founds the organization of somebody who joins none. */
export async function found(tx: Transaction, { id, name }: { id: string; name: string }): Promise<void> {
  const organizationId = uuid();
  await sql.insertOrganization(tx, { id: organizationId, name: texts.organization(name) });
  await sql.insertMember(tx, { organizationId, userId: id, role: 'owner' });
}

/** Whether nobody has signed up yet. Waits for others who find the same. */
export async function isFirst(tx: Transaction): Promise<boolean> {
  await sql.lockSignup(tx);
  return !(await sql.selectAnyUser(tx))[0]?.found;
}
