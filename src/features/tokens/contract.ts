import * as z from 'zod';
import { newName } from '#features/accounts/contract.ts';
import { endpointsOf, id, instant } from '#wire/contract.ts';
import { scopes } from '#wire/rights.ts';
import { role } from '#wire/role.ts';
import { texts } from './texts.ts';

const endpoint = endpointsOf('Tokens');

const scope = z.enum(scopes);
/** Projects that one token names at most. */
const MAX_PROJECTS = 100;

const token = z
  .object({
    id,
    name: z.string(),
    /** `me`: acts as you; `organization`: acts as itself, with its own role. */
    owner: z.enum(['me', 'organization']),
    organizationId: id.nullable(),
    /** Of a token of the organization. */
    role: role.nullable(),
    scopes: z.array(scope),
    /** Null: all projects that it has access to. */
    projects: z.array(id).nullable(),
    createdBy: z.object({ id, name: z.string() }),
    createdAt: instant,
    expiresAt: instant.nullable(),
    /** Accurate to five minutes; null: never. */
    lastUsedAt: instant.nullable(),
  })
  .meta({ id: 'Token' });
export type Token = z.infer<typeof token>;

const query = z.object({ organization: id.optional(), owner: z.enum(['me', 'organization']).default('me') });

export const listTokens = endpoint({
  name: 'listTokens',
  method: 'GET',
  path: '/api/tokens',
  summary: 'List your tokens, or with `owner=organization` those of the organization, newest first.',
  query,
  replies: { 200: z.object({ tokens: z.array(token) }) },
});

export const createToken = endpoint({
  name: 'createToken',
  method: 'POST',
  path: '/api/tokens',
  summary: 'Create a token. Its secret is shown once.',
  query: z.object({ organization: id.optional() }),
  body: z.strictObject({
    name: newName(100),
    scopes: z
      .array(scope)
      .min(1, { error: () => texts.noScope })
      .max(scopes.length)
      .refine((list) => new Set(list).size === list.length, { error: () => texts.scopeTwice }),
    projects: z
      .array(id)
      .min(1, { error: () => texts.noProject })
      .max(MAX_PROJECTS)
      .optional(),
    expiresAt: instant.optional(),
    owner: z.enum(['me', 'organization']).default('me'),
    /** Of a token of the organization. */
    role: role.optional(),
  }),
  replies: { 201: z.object({ token, secret: z.string() }) },
});

export const revokeToken = endpoint({
  name: 'revokeToken',
  method: 'DELETE',
  path: '/api/tokens/:tokenId',
  priority: 'critical',
  summary: 'Revoke a token, on every server.',
  params: z.object({ tokenId: id }),
  replies: { 204: 'empty' },
});
