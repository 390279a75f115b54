/**
 * Tokens: secrets with which programs use the API, as a person or as a service account of an organization. Only the hash of a secret is
 * stored. A token's scopes and projects restrict what it may do; its roles are those of whom it acts for.
 */
import type { OrganizationAuth } from '#features/accounts/server/access.ts';
import type { Actor, AuditLog } from '#features/audit-log/server/audit-log.ts';
import type { createToken, Token } from '#features/tokens/contract.ts';
import type { Database } from '#kernel/database/pool.ts';
import type { Queryable } from '#kernel/database/statement.ts';
import { notFound } from '#kernel/errors.ts';
import type { BodyOf } from '#wire/contract.ts';
import { insertToken, type Owner, requireSensible } from './create.ts';
import { createIdentify, type Options as IdentifyOptions } from './identify.ts';
import * as sql from './queries.ts';

export type Tokens = ReturnType<typeof createTokens>;

/** Expired tokens are listed for this long. */
const KEPT_DAYS = 30;

interface Options extends IdentifyOptions {
  db: Database;
  auditLog: AuditLog;
}

/** A token that somebody may revoke. */
export interface OwnToken {
  id: string;
  name: string;
  userId: string;
  /** Null: the person's own. */
  organizationId: string | null;
  tokenHash: Buffer;
}

export function createTokens({ db, auditLog, ...options }: Options) {
  const { clock } = options;
  const { identify, timeLeft, forget } = createIdentify({ db, ...options });

  /** In the organization of a token, or in each of the person's. */
  function recordIn(organizationId: string | null, entry: Omit<Parameters<AuditLog['recordOf']>[1], 'organizationId'>) {
    return (tx: Parameters<AuditLog['record']>[0]) =>
      organizationId === null ? auditLog.recordOf(tx, entry) : auditLog.record(tx, { ...entry, organizationId });
  }

  return {
    identify,
    timeLeft,

    /** Newest first. @param organization whose tokens to list; without it, the person's own */
    async list(userId: string, organization?: OrganizationAuth): Promise<Token[]> {
      const rows = organization
        ? await sql.selectTokensOfOrganization(db, { organizationId: organization.organizationId })
        : await sql.selectTokensOfPerson(db, { userId });
      return rows.map(describe);
    },

    /** @returns also the secret: only here @throws 403 for a role above one's own, 409 `token_limit_reached`, 422 */
    async create(owner: Owner, actor: Actor, body: BodyOf<typeof createToken>): Promise<{ token: Token; secret: string }> {
      requireSensible(body, clock);
      return db.transaction(async (tx) => {
        const { id, secret } = await insertToken(tx, owner, body);
        const [row] = await sql.selectToken(tx, { id });
        if (!row) throw new Error('a token that was just created is not found');
        const { name, scopes, projects, expires_at: expiresAt, role } = row;
        const detail = {
          scopes,
          ...(projects && row.organization_id !== null && { projects }),
          ...(expiresAt && { expiresAt }),
          ...(role && { role }),
        };
        const record = recordIn(row.organization_id, { actor, action: 'token.create', subject: { kind: 'token', id, name }, detail });
        tx.withCommit(record(tx));
        return { token: describe(row), secret };
      });
    },

    /**
     * Accounts that one person can act with: their own, and the service accounts whose tokens they created.
     * @param userId a person or a service account
     */
    async accountsOf(on: Queryable, userId: string): Promise<ReadonlySet<string>> {
      return new Set((await sql.selectAccountsOfPerson(on, { userId })).map(({ id }) => id));
    },

    /** @throws 404 */
    async find(id: string): Promise<OwnToken> {
      const [row] = await sql.selectOwner(db, { id });
      if (!row) throw notFound('token');
      return { id, name: row.name, userId: row.user_id, organizationId: row.organization_id, tokenHash: row.token_hash };
    },

    /** Deletes it, and the service account that acts for it. @throws 404 if it was revoked in the meantime */
    async revoke({ id, name, userId, organizationId, tokenHash }: OwnToken, actor: Actor): Promise<void> {
      await db.transaction(async (tx) => {
        const gone = organizationId === null ? await sql.deleteToken(tx, { id }) : await sql.deleteServiceAccount(tx, { id: userId });
        if (gone.length === 0) throw notFound('token');
        tx.withCommit(recordIn(organizationId, { actor, action: 'token.revoke', subject: { kind: 'token', id, name } })(tx));
      });
      forget(tokenHash);
    },

    /** Deletes tokens that expired long ago, and service accounts whose token went with the member who created it. */
    async cleanUp(): Promise<{ tokens: number; accounts: number }> {
      const tokens = await sql.deleteExpired(db, { days: KEPT_DAYS });
      const without = await sql.deleteServiceAccountsWithoutToken(db);
      return { tokens: tokens.length, accounts: without.length };
    },
  };
}

function describe(row: sql.TokenRow): Token {
  return {
    id: row.id,
    name: row.name,
    owner: row.organization_id === null ? 'me' : 'organization',
    organizationId: row.organization_id,
    role: row.role,
    scopes: row.scopes,
    projects: row.projects,
    createdBy: { id: row.created_by, name: row.creator },
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
  };
}
