/** Creates tokens: of a person, or of an organization with a service account of its own. */
import { randomBytes } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { type OrganizationAuth, roleTooSmall } from '#features/accounts/server/access.ts';
import type { createToken } from '#features/tokens/contract.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Transaction } from '#kernel/database/pool.ts';
import { conflict, type InputError, invalid } from '#kernel/errors.ts';
import type { BodyOf } from '#wire/contract.ts';
import { mayGrant, rights } from '#wire/rights.ts';
import { atLeast, type Role } from '#wire/role.ts';
import * as sql from './queries.ts';
import { hashOf, newSecret } from './secret.ts';
import { texts } from './texts.ts';

/** Live ones per person, and per organization. */
const MAX_TOKENS = 100;

type NewToken = BodyOf<typeof createToken>;
/** Where and by whom a token is created; without an organization, it is the person's own. */
export interface Owner {
  userId: string;
  organization?: OrganizationAuth | undefined;
}

/** @throws 422 */
export function requireSensible({ owner, role, expiresAt }: NewToken, clock: Clock): void {
  const errors: InputError[] = [];
  const complain = (path: string, message: string) => errors.push({ path, message });
  if (owner === 'me' && role) complain('role', texts.problems.ownRole);
  if (owner === 'organization' && !role) complain('role', texts.problems.noRole);
  if (owner === 'organization' && role === 'owner') complain('role', texts.problems.owner);
  if (expiresAt !== undefined && Date.parse(expiresAt) <= clock.now()) complain('expiresAt', texts.problems.past);
  if (errors.length > 0) throw invalid(errors);
}

/** @returns also the secret, which is stored nowhere @throws 403 for a role above one's own, 409 `token_limit_reached`, 422 */
export async function insertToken(tx: Transaction, { userId, organization }: Owner, body: NewToken) {
  const organizationId = organization?.organizationId ?? null;
  await sql.lockCreations(tx, { ownerId: organizationId ?? userId });
  const [counted] = await sql.countLive(tx, { userId, organizationId });
  if ((counted?.live ?? 0) >= MAX_TOKENS) throw tooMany(organization !== undefined);
  const id = uuid();
  const actingId = organization && body.role ? await insertServiceAccount(tx, id, organization, body.name, body.role) : userId;
  const { name, scopes, projects = null, expiresAt = null } = body;
  if (projects) await requireAccessible(tx, actingId, projects);
  const secret = newSecret();
  const own = { id, tokenHash: hashOf(secret), name, userId: actingId, organizationId };
  await sql.insertToken(tx, { ...own, scopes, projects: projects && [...new Set(projects)], createdBy: userId, expiresAt });
  return { id, secret };
}

/** The person's role is read again: it may have changed since the request began. @returns the account's id */
async function insertServiceAccount(
  tx: Transaction,
  tokenId: string,
  { identity, organizationId }: OrganizationAuth,
  name: string,
  role: Role,
) {
  const [own] = await sql.lockRole(tx, { organizationId, userId: identity.id });
  const here = { id: organizationId };
  const required = rights['tokens.manage'].role;
  const actual = own?.role ?? 'viewer';
  if (!atLeast(actual, required)) throw roleTooSmall(required, actual, here);
  if (!mayGrant(actual, role)) throw roleTooSmall(role, actual, here);
  const id = uuid();
  await sql.insertServiceAccount(tx, { id, name, email: `${tokenId}@tokens.invalid`, passwordHash: randomBytes(32).toString('hex') });
  await sql.insertMember(tx, { organizationId, userId: id, role });
  return id;
}

async function requireAccessible(tx: Transaction, userId: string, projects: readonly string[]): Promise<void> {
  const rows = await sql.selectAccessible(tx, { userId, projects });
  const accessible = new Set(rows.map(({ project_id }) => project_id));
  const errors = projects.flatMap((id, at) =>
    accessible.has(id) ? [] : [{ path: `projects.${at}`, message: texts.problems.noSuchProject }],
  );
  if (errors.length > 0) throw invalid(errors);
}

const tooMany = (ofOrganization: boolean) =>
  conflict('token_limit_reached', texts.problems[ofOrganization ? 'tooManyOfOrganization' : 'tooMany'](MAX_TOKENS), { limit: MAX_TOKENS });
