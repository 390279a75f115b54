/** The members of an organization: their roles, and the ways in which they leave it. */
import * as z from 'zod';
import { type OrganizationAuth, roleTooSmall } from '#features/accounts/server/access.ts';
import { type Accounts, pictureUrl } from '#features/accounts/server/accounts.ts';
import type { Action } from '#features/audit-log/actions.ts';
import type { Actor, AuditLog } from '#features/audit-log/server/audit-log.ts';
import { MEMBERS_PER_PAGE, type Member } from '#features/organizations/contract.ts';
import { readCursor, writeCursor } from '#kernel/cursor.ts';
import type { Database, Transaction } from '#kernel/database/pool.ts';
import { conflict, notFound } from '#kernel/errors.ts';
import { id } from '#wire/contract.ts';
import { mayGrant, type RightOf, rights } from '#wire/rights.ts';
import { atLeast, type Role, role as roleNames } from '#wire/role.ts';
import * as sql from './member-queries.ts';
import { texts } from './texts.ts';

interface Options {
  db: Database;
  auditLog: AuditLog;
  accounts: Pick<Accounts, 'forget'>;
}

/** Cursor of a page: name and id of its last member. */
const page = z.tuple([z.string(), id]);

export function createMembers({ db, auditLog, accounts }: Options) {
  function record(
    tx: Transaction,
    organizationId: string,
    actor: Actor,
    action: Action,
    who: sql.MemberRow,
    detail?: Record<string, unknown>,
  ) {
    const subject = { kind: 'member', id: who.user_id, name: who.name };
    tx.withCommit(auditLog.record(tx, { organizationId, actor, action, subject, detail }));
  }

  async function find(tx: Transaction | Database, organizationId: string, userId: string): Promise<sql.MemberRow> {
    const [member] = await sql.selectMember(tx, { organizationId, userId });
    if (!member) throw notFound('member');
    return member;
  }

  /**
   * Runs a change of members after all earlier ones. The actor's role is read again: it may have changed since the request began.
   * @throws 403 if the actor lacks the right by now, or the member's role is above their own
   */
  async function change<T>(
    { identity, organizationId }: OrganizationAuth,
    right: RightOf<'organization'>,
    userId: string,
    work: (tx: Transaction, member: sql.MemberRow, own: Role) => Promise<T>,
  ): Promise<T> {
    const done = await db.transaction(async (tx) => {
      await sql.lockOrganization(tx, { id: organizationId });
      const [[actor], member] = await Promise.all([
        sql.selectRole(tx, { organizationId, userId: identity.id }),
        find(tx, organizationId, userId),
      ]);
      if (!actor) throw notFound('organization');
      const { role: own } = actor;
      const here = { id: organizationId };
      if (!atLeast(own, rights[right].role)) throw roleTooSmall(rights[right].role, own, here);
      if (!mayGrant(own, member.role)) throw roleTooSmall(member.role, own, here);
      return work(tx, member, own);
    });
    accounts.forget(userId);
    accounts.forget(identity.id);
    return done;
  }

  /** @throws 409 `last_owner` */
  async function requireAnotherOwner(tx: Transaction, organizationId: string, { role }: sql.MemberRow): Promise<void> {
    if (role !== 'owner') return;
    const [counted] = await sql.countOwners(tx, { organizationId });
    if ((counted?.owners ?? 0) < 2) throw lastOwner();
  }

  return {
    async list(organizationId: string, cursor?: string): Promise<{ members: Member[]; nextCursor?: string }> {
      const [name = null, afterId = null] = cursor === undefined ? [] : readCursor(cursor, page);
      const rows = await sql.selectMembers(db, { organizationId, name, id: afterId, limit: MEMBERS_PER_PAGE + 1 });
      const members = rows.slice(0, MEMBERS_PER_PAGE).map(describe);
      const last = members.at(-1);
      return { members, ...(rows.length > members.length && last && { nextCursor: writeCursor([last.name, last.userId]) }) };
    },

    /** @throws 404, 403 for a role above one's own, 409 `last_owner` */
    changeRole: (auth: OrganizationAuth, actor: Actor, userId: string, role: Role): Promise<Member> =>
      change(auth, 'members.change', userId, async (tx, member, own) => {
        const { organizationId } = auth;
        if (!mayGrant(own, role)) throw roleTooSmall(role, own, { id: organizationId });
        if (role !== 'owner') await requireAnotherOwner(tx, organizationId, member);
        if (role !== member.role) {
          await sql.changeRole(tx, { organizationId, userId, role });
          await revokeWhatExceeds(tx, organizationId, userId, role);
          record(tx, organizationId, actor, 'member.role', member, { from: member.role, to: role });
        }
        return describe({ ...member, role });
      }),

    /** @throws 404, 403 for a role above one's own, 409 `last_owner` */
    remove: (auth: OrganizationAuth, actor: Actor, userId: string): Promise<void> =>
      change(auth, 'members.remove', userId, async (tx, member) => {
        const { organizationId } = auth;
        await requireAnotherOwner(tx, organizationId, member);
        await sql.deleteServiceAccountsBy(tx, { organizationId, userId });
        await sql.revokeInvitationsFor(tx, { organizationId, email: member.email });
        await sql.deleteMember(tx, { organizationId, userId });
        record(tx, organizationId, actor, 'member.remove', member, { role: member.role });
      }),

    /** @throws 409 `last_owner` */
    leave: (auth: OrganizationAuth, actor: Actor): Promise<void> =>
      change(auth, 'organization.leave', auth.identity.id, async (tx, member) => {
        const { organizationId } = auth;
        await requireAnotherOwner(tx, organizationId, member);
        // Before the entry, which is recorded here and not in the organizations of a person who has left.
        record(tx, organizationId, actor, 'member.leave', member);
        await sql.deleteServiceAccountsBy(tx, { organizationId, userId: member.user_id });
        await sql.deleteMember(tx, { organizationId, userId: member.user_id });
      }),

    /** The new owner takes the place of the former, who becomes an admin. @throws 404, 409 `already_owner` */
    transfer: (auth: OrganizationAuth, actor: Actor, userId: string): Promise<void> =>
      change(auth, 'organization.transfer', userId, async (tx, member) => {
        const { organizationId } = auth;
        if (member.role === 'owner') throw conflict('already_owner', texts.problems.alreadyOwner(member.name));
        await sql.changeRole(tx, { organizationId, userId, role: 'owner' });
        await sql.changeRole(tx, { organizationId, userId: auth.identity.id, role: 'admin' });
        await revokeWhatExceeds(tx, organizationId, auth.identity.id, 'admin');
        record(tx, organizationId, actor, 'organization.transfer', member);
      }),
  };
}

/** Somebody who is no longer an admin keeps no link or secret that is more powerful than they are. */
async function revokeWhatExceeds(tx: Transaction, organizationId: string, userId: string, own: Role): Promise<void> {
  const isAdmin = atLeast(own, 'admin');
  const roles = isAdmin ? roleNames.options.filter((role) => !mayGrant(own, role)) : roleNames.options;
  await sql.revokeInvitationsBy(tx, { organizationId, userId, roles });
  if (!isAdmin) await sql.deleteServiceAccountsBy(tx, { organizationId, userId });
}

const lastOwner = () => conflict('last_owner', texts.problems.lastOwner);

const describe = (row: sql.MemberRow): Member => ({
  userId: row.user_id,
  name: row.name,
  email: row.email,
  ...(row.picture_changed_at && { picture: pictureUrl(row.user_id, row.picture_changed_at) }),
  role: row.role,
  joinedAt: row.created_at,
  lastSeenAt: row.seen_at,
  twoFactor: false,
});
