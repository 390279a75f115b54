import * as z from 'zod';
import { endpointsOf, id, instant } from '#wire/contract.ts';

const endpoint = endpointsOf('Sessions');

const session = z
  .object({
    id,
    /** Browser and system, as far as the browser reports them. */
    device: z.string(),
    address: z.string(),
    createdAt: instant,
    /** Accurate to five minutes. */
    lastSeenAt: instant,
    expiresAt: instant,
    /** Whether this session makes the request. */
    current: z.boolean(),
  })
  .meta({ id: 'Session' });
export type Session = z.infer<typeof session>;

export const listSessions = endpoint({
  name: 'listSessions',
  method: 'GET',
  path: '/api/sessions',
  summary: 'List your sessions, most recently used first.',
  replies: { 200: z.object({ sessions: z.array(session) }) },
});

export const revokeSession = endpoint({
  name: 'revokeSession',
  method: 'DELETE',
  path: '/api/sessions/:sessionId',
  priority: 'critical',
  summary: 'End one of your sessions, on every server.',
  params: z.object({ sessionId: id }),
  replies: { 204: 'empty' },
});

export const endSessionsOfMember = endpoint({
  name: 'endSessionsOfMember',
  method: 'DELETE',
  path: '/api/members/:userId/sessions',
  priority: 'critical',
  summary: 'Sign a member out everywhere.',
  params: z.object({ userId: id }),
  query: z.object({ organization: id.optional() }),
  replies: { 204: 'empty' },
});

export const revokeOtherSessions = endpoint({
  name: 'revokeOtherSessions',
  method: 'DELETE',
  path: '/api/sessions',
  priority: 'critical',
  summary: 'End all your sessions except this one, on every server.',
  replies: { 204: 'empty' },
});
