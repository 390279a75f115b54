/** Organizations: settings, members and their roles, and invitations. Memberships are read by accounts, with each person. */
import { v7 as uuid } from 'uuid';
import type { OrganizationAuth } from '#features/accounts/server/access.ts';
import type { Accounts } from '#features/accounts/server/accounts.ts';
import type { Actor, AuditLog } from '#features/audit-log/server/audit-log.ts';
import type { changeOrganization, Organization } from '#features/organizations/contract.ts';
import type { Database } from '#kernel/database/pool.ts';
import { forbidden, notFound } from '#kernel/errors.ts';
import type { Identity } from '#kernel/http/route.ts';
import type { BodyOf } from '#wire/contract.ts';
import type { Role } from '#wire/role.ts';
import { createInvitations } from './invitations.ts';
import * as memberSql from './member-queries.ts';
import { createMembers } from './members.ts';
import * as sql from './queries.ts';
import { texts } from './texts.ts';

export type { Joining } from './invitations.ts';
export { organizationsByOperators } from './operators.ts';
export type Organizations = ReturnType<typeof createOrganizations>;

interface Options {
  db: Database;
  auditLog: AuditLog;
  accounts: Pick<Accounts, 'forget' | 'mayCreateOrganization'>;
}

export function createOrganizations({ db, auditLog, accounts }: Options) {
  const members = createMembers({ db, auditLog, accounts });

  async function get({ organizationId, role }: Pick<OrganizationAuth, 'organizationId' | 'role'>): Promise<Organization> {
    const [row] = await sql.selectOrganization(db, { id: organizationId });
    if (!row) throw notFound('organization');
    return describe(row, role);
  }

  return {
    members,
    invitations: createInvitations({ db, auditLog, accounts }),
    get,

    async change(
      { identity, organizationId, role }: OrganizationAuth,
      actor: Actor,
      { name, ...settings }: BodyOf<typeof changeOrganization>,
    ): Promise<Organization> {
      const changed = await db.transaction(async (tx) => {
        const [row] = await sql.changeOrganization(tx, { id: organizationId, name: name ?? null, settings: JSON.stringify(settings) });
        if (!row) throw notFound('organization');
        const detail = { ...(row.name !== row.former && { from: row.former, to: row.name }), ...settings };
        tx.withCommit(auditLog.record(tx, { organizationId, actor, action: 'organization.change', detail }));
        return describe(row, role);
      });
      // The name is part of whom they are known as here; the notification may take a moment.
      accounts.forget(identity.id);
      return changed;
    },

    async list(identity: Identity): Promise<(Organization & { default: boolean })[]> {
      const rows = await sql.selectOrganizationsOf(db, { userId: identity.id });
      const chosen = rows.find(({ id }) => id === identity.defaultOrganizationId) ?? rows[0];
      return rows.map((row) => ({ ...describe(row, row.role), default: row === chosen }));
    },

    /** @throws 403 `founding_closed` where only operators may */
    async create(identity: Identity, actor: Actor, name: string): Promise<Organization> {
      if (!accounts.mayCreateOrganization(identity)) throw forbidden(texts.problems.foundingClosed, 'founding_closed');
      const founded = await db.transaction(async (tx) => {
        const [row] = await sql.insertOrganization(tx, { id: uuid(), name });
        if (!row) throw new Error('insert returned no organization');
        await memberSql.insertMember(tx, { organizationId: row.id, userId: identity.id, role: 'owner' });
        tx.withCommit(auditLog.record(tx, { organizationId: row.id, actor, action: 'organization.create' }));
        return describe(row, 'owner');
      });
      accounts.forget(identity.id);
      return founded;
    },

    /** Makes it the person's default. @throws 404 if they are not a member */
    async switchTo(identity: Identity, organizationId: string): Promise<Organization> {
      const membership = identity.organizations.find(({ id }) => id === organizationId);
      if (!membership) throw notFound('organization');
      await sql.setDefault(db, { userId: identity.id, organizationId });
      accounts.forget(identity.id);
      return get({ organizationId, role: membership.role });
    },

    /** @returns the organization as its former owner sees it */
    async transfer(auth: OrganizationAuth, actor: Actor, userId: string): Promise<Organization> {
      await members.transfer(auth, actor, userId);
      return get({ ...auth, role: 'admin' });
    },
  };
}

function describe({ id, name, created_at: createdAt, settings }: sql.OrganizationRow, role: Role): Organization {
  return { id, name, role, createdAt, newProjects: settings.newProjects ?? 'organization' };
}
