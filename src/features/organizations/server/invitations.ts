/**
 * Invitations: links that let somebody join an organization. Only the hash of a link's token is stored. A link works once: accepting locks
 * its row, so of two people at once the second finds it accepted.
 */
import { createHash, randomBytes } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { type OrganizationAuth, roleTooSmall } from '#features/accounts/server/access.ts';
import type { Accounts } from '#features/accounts/server/accounts.ts';
import type { Actor, AuditLog } from '#features/audit-log/server/audit-log.ts';
import type { createInvitation, Invitation, lookUpInvitation } from '#features/organizations/invitations-contract.ts';
import type { Database, Transaction } from '#kernel/database/pool.ts';
import { conflict, forbidden, invalid, notFound } from '#kernel/errors.ts';
import type { Identity } from '#kernel/http/route.ts';
import type { BodyOf, ReplyOf } from '#wire/contract.ts';
import { includes, mayGrant, rights } from '#wire/rights.ts';
import type { Role } from '#wire/role.ts';
import * as sql from './invitation-queries.ts';
import { insertMember, lockOrganization, selectRole } from './member-queries.ts';
import { texts } from './texts.ts';

/** An invitation expires after this many days. */
const DAYS = 7;
/** Open ones per organization. */
const MAX_OPEN = 500;

interface Options {
  db: Database;
  auditLog: AuditLog;
  accounts: Pick<Accounts, 'forget'>;
}

export interface NewLink {
  invitation: Invitation;
  /** Only here: it cannot be read again. */
  token: string;
}

/** The person who joins. */
export type Joining = Pick<Identity, 'id' | 'name' | 'email'>;

export function createInvitations({ db, auditLog, accounts }: Options) {
  type Recorded = 'invitation.create' | 'invitation.renew' | 'invitation.revoke';
  function record(
    tx: Transaction,
    organizationId: string,
    actor: Actor,
    action: Recorded,
    about: { id: string; email: string | null },
    role: Role,
  ) {
    const subject = { kind: 'invitation', id: about.id, name: about.email ?? texts.anyone };
    tx.withCommit(auditLog.record(tx, { organizationId, actor, action, subject, detail: { role } }));
  }

  async function read(on: Database | Transaction, id: string): Promise<sql.InvitationRow> {
    const [row] = await sql.selectInvitation(on, { id });
    if (!row) throw notFound('invitation');
    return row;
  }

  /** In a transaction: joins the organization of an invitation. @throws 403 `invitation_invalid`, `other_address`; 409 `already_member` */
  async function join(tx: Transaction, token: string, { id: userId, name, email }: Joining, address: string) {
    const [found] = await sql.lockInvitation(tx, { tokenHash: hashOf(token) });
    const { id: invitationId, organization_id: organizationId, organization_name, role } = requireOpen(found);
    if (found?.email && !sameAddress(found.email, email)) throw otherAddress(found.email, email);
    const [added] = await insertMember(tx, { organizationId, userId, role });
    if (!added) throw conflict('already_member', texts.problems.alreadyMember(organization_name));
    await sql.openProjects(tx, { invitationId, organizationId, userId });
    await sql.markAccepted(tx, { id: invitationId, userId });
    const subject = { kind: 'role', id: null, name: role };
    const entry = { organizationId, actor: { userId, name, address }, action: 'member.join' as const, subject };
    tx.withCommit(auditLog.record(tx, { ...entry, detail: { invitation: invitationId, invitedBy: found?.inviter } }));
    return { id: organizationId, name: organization_name };
  }

  return {
    async list(organizationId: string): Promise<{ invitations: Invitation[]; more: boolean }> {
      const rows = await sql.selectInvitations(db, { organizationId, limit: MAX_OPEN + 1 });
      return { invitations: rows.slice(0, MAX_OPEN).map(describe), more: rows.length > MAX_OPEN };
    },

    /**
     * @throws 403 for a role above one's own, 422 for projects of other organizations, 409 `invitation_limit_reached`, and for an address that
     *   is a member's or is invited: `member_exists`, `invitation_exists`
     */
    async create(auth: OrganizationAuth, actor: Actor, { email, role, projects = [] }: BodyOf<typeof createInvitation>): Promise<NewLink> {
      const { organizationId, identity } = auth;
      const { token, tokenHash } = newToken();
      const id = uuid();
      return db.transaction(async (tx) => {
        await requireStillInviting(tx, auth, role);
        const [counted] = await sql.countInvitations(tx, { organizationId });
        if ((counted?.open ?? 0) >= MAX_OPEN) throw tooManyOpen();
        if (email !== undefined) await requireNew(tx, organizationId, email);
        await sql.insertInvitation(tx, { id, organizationId, email: email ?? null, role, tokenHash, invitedBy: identity.id, days: DAYS });
        const projectIds = projects.map(({ projectId }) => projectId);
        const listed = { invitationId: id, organizationId, projectIds, roles: projects.map((project) => project.role) };
        requireAll(projectIds, await sql.insertInvitationProjects(tx, listed));
        record(tx, organizationId, actor, 'invitation.create', { id, email: email ?? null }, role);
        return { invitation: describe(await read(tx, id)), token };
      });
    },

    /** The organization and role of an open or expired invitation. @throws 404 */
    async find(id: string): Promise<{ organizationId: string; invitedRole: Role }> {
      const row = await read(db, id);
      return { organizationId: row.organization_id, invitedRole: row.role };
    },

    /** @throws 404 for one that was accepted or revoked in the meantime, 403 for a role above one's own */
    async renew(auth: OrganizationAuth, actor: Actor, id: string): Promise<NewLink> {
      const { token, tokenHash } = newToken();
      return db.transaction(async (tx) => {
        const [renewed] = await sql.renewInvitation(tx, { id, tokenHash, days: DAYS, invitedBy: auth.identity.id });
        if (!renewed) throw notFound('invitation');
        const row = await read(tx, id);
        await requireStillInviting(tx, auth, row.role);
        record(tx, row.organization_id, actor, 'invitation.renew', row, row.role);
        return { invitation: describe(row), token };
      });
    },

    /** @throws 404 for one that was accepted or revoked in the meantime */
    async revoke({ organizationId }: OrganizationAuth, actor: Actor, id: string): Promise<void> {
      await db.transaction(async (tx) => {
        const row = await read(tx, id);
        const [revoked] = await sql.revokeInvitation(tx, { id });
        if (!revoked) throw notFound('invitation');
        record(tx, organizationId, actor, 'invitation.revoke', row, row.role);
      });
    },

    markSent: (id: string): Promise<unknown> => sql.markSent(db, { id }),

    /** @throws 403 `invitation_invalid` */
    async lookUp(token: string): Promise<ReplyOf<typeof lookUpInvitation>['body']> {
      const [found] = await sql.findInvitation(db, { tokenHash: hashOf(token) });
      const { organization_name: name, role, email, inviter } = requireOpen(found);
      return { organization: { name }, role, ...(email !== null && { email }), invitedBy: inviter };
    },

    join,

    /** As a person who has an account. @throws 403 `invitation_invalid`, `other_address`; 409 `already_member` */
    async accept(identity: Identity, address: string, token: string): Promise<{ id: string; name: string }> {
      const joined = await db.transaction((tx) => join(tx, token, identity, address));
      accounts.forget(identity.id);
      return joined;
    },
  };
}

function newToken(): { token: string; tokenHash: Buffer } {
  const token = randomBytes(32).toString('base64url');
  return { token, tokenHash: hashOf(token) };
}

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();

const sameAddress = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

function requireOpen(found: sql.FoundInvitation | undefined): sql.FoundInvitation {
  // The inviter may have lost the right since, at the same time as they made the link.
  const given = found && includes(found.inviter_role, 'invitations.manage') && mayGrant(found.inviter_role, found.role);
  if (given && found.state === 'open') return found;
  const state = found?.state === 'open' ? 'revoked' : (found?.state ?? 'unknown');
  throw forbidden(texts.problems.invitation[state], 'invitation_invalid');
}

const otherAddress = (invited: string, own: string) => forbidden(texts.problems.otherAddress(invited, own), 'other_address');

/** The inviter's role is read again, after changes of members under way. @throws 403 without the right, or for a role above one's own */
async function requireStillInviting(tx: Transaction, { organizationId, identity }: OrganizationAuth, role: Role): Promise<void> {
  await lockOrganization(tx, { id: organizationId });
  const [own] = await selectRole(tx, { organizationId, userId: identity.id });
  if (!own) throw notFound('organization');
  const here = { id: organizationId };
  const required = rights['invitations.manage'].role;
  if (!includes(own.role, 'invitations.manage')) throw roleTooSmall(required, own.role, here);
  if (!mayGrant(own.role, role)) throw roleTooSmall(role, own.role, here);
}

/** With the organization locked, so two invitations of one address at once end up as one. */
async function requireNew(tx: Transaction, organizationId: string, email: string): Promise<void> {
  const [known] = await sql.findAddress(tx, { organizationId, email });
  if (known?.member) throw conflict('member_exists', texts.problems.memberExists(email));
  if (known?.invited) throw conflict('invitation_exists', texts.problems.invitationExists(email));
}

function requireAll(projectIds: readonly string[], stored: readonly { project_id: string }[]): void {
  const known = new Set(stored.map(({ project_id }) => project_id));
  const errors = projectIds.flatMap((id, at) =>
    known.has(id) ? [] : [{ path: `projects.${at}.projectId`, message: texts.problems.noSuchProject }],
  );
  if (errors.length > 0) throw invalid(errors);
}

const tooManyOpen = () =>
  conflict('invitation_limit_reached', texts.problems.tooManyInvitations(MAX_OPEN), {
    limit: MAX_OPEN,
  });

function describe(row: sql.InvitationRow): Invitation {
  return {
    id: row.id,
    email: row.email,
    role: row.role,
    projects: row.projects,
    invitedBy: { id: row.invited_by, name: row.inviter },
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    expired: row.expired,
    sentAt: row.sent_at,
  };
}
