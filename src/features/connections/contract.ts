import * as z from 'zod';
import { newName, visibleText } from '#features/accounts/contract.ts';
import { endpointsOf, id, instant } from '#wire/contract.ts';
import { hostPattern } from './hosts.ts';

const endpoint = endpointsOf('Connections');

export const MAX_TOOL_SERVERS = 20;
export const MAX_FETCH_HOSTS = 200;

export const toolServer = z
  .object({
    id,
    /** Begins the names of its tools: `slug__tool`. */
    slug: z.string(),
    name: z.string(),
    url: z.string(),
    /** The token itself is never sent back. */
    hasToken: z.boolean(),
    /** Runs are offered its tools. */
    enabled: z.boolean(),
    /** Its own names of tools that runs are not offered. */
    disabledTools: z.array(z.string()),
    /** May be at a private address; only an operator decides that. */
    privateNetwork: z.boolean(),
    changedAt: instant,
  })
  .meta({ id: 'ToolServer' });
export type ToolServer = z.infer<typeof toolServer>;

/** A tool as its server describes it. */
export const serverTool = z
  .object({
    name: z.string(),
    description: z.string(),
    /** What it is called in runs; absent when it cannot be used. */
    callName: z.string().optional(),
    /** Why it cannot be used. */
    problem: z.string().optional(),
  })
  .meta({ id: 'ServerTool' });
export type ServerTool = z.infer<typeof serverTool>;

const slug = z
  .string()
  .max(20, 'Use at most 20 characters.')
  .regex(/^[a-z0-9]+(?:_[a-z0-9]+)*$/, 'Use lower case letters and digits, with single underscores between them.');
const url = visibleText(2000)
  .pipe(z.url({ protocol: /^https?$/, normalize: true, error: 'Write an address that begins with https:// or http://.' }))
  .refine((text) => !hasCredentials(text), 'Leave the name and password out of the address; enter a token instead.');
const token = z
  .string()
  .trim()
  .min(1, 'Write something here.')
  .max(4096, 'Use at most 4,096 characters.')
  .regex(/^[\x21-\x7e]+$/, 'A token has neither spaces nor characters beyond ASCII.');

function hasCredentials(text: string): boolean {
  // What is no address at all has been told so already.
  if (!URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  return username !== '' || password !== '';
}

const organization = z.object({ organization: id.optional() });
const params = z.object({ toolServerId: id });

export const listToolServers = endpoint({
  name: 'listToolServers',
  method: 'GET',
  path: '/api/tool-servers',
  summary: 'The MCP tool servers of an organization, by name.',
  query: organization,
  replies: { 200: z.object({ toolServers: z.array(toolServer) }) },
});

export const addToolServer = endpoint({
  name: 'addToolServer',
  method: 'POST',
  path: '/api/tool-servers',
  summary: 'Connect an MCP tool server (streamable HTTP). `privateNetwork` is for operators of this installation.',
  query: organization,
  body: z.strictObject({ name: newName(100), slug, url, token: token.optional(), privateNetwork: z.boolean().default(false) }),
  replies: { 201: z.object({ toolServer }) },
});

export const changeToolServer = endpoint({
  name: 'changeToolServer',
  method: 'PATCH',
  path: '/api/tool-servers/:toolServerId',
  summary:
    'Change what is named. `token: null` removes it; it is also removed when the address moves to another origin and no token is named.',
  params,
  body: z
    .strictObject({
      name: newName(100).optional(),
      slug: slug.optional(),
      url: url.optional(),
      token: token.nullable().optional(),
      enabled: z.boolean().optional(),
      disabledTools: z.array(z.string().max(200)).max(500).optional(),
      privateNetwork: z.boolean().optional(),
    })
    .refine((changes) => Object.keys(changes).length > 0, 'Name what is to change.'),
  replies: { 200: z.object({ toolServer }) },
});

export const removeToolServer = endpoint({
  name: 'removeToolServer',
  method: 'DELETE',
  path: '/api/tool-servers/:toolServerId',
  summary: 'Disconnect a tool server. Calls that are under way end as they would.',
  params,
  replies: { 204: 'empty' },
});

export const testToolServer = endpoint({
  name: 'testToolServer',
  method: 'POST',
  path: '/api/tool-servers/:toolServerId/test',
  summary: 'Ask a tool server for its tools, now. `reason` says why it could not be asked.',
  params,
  replies: { 200: z.object({ ok: z.boolean(), tools: z.array(serverTool).optional(), reason: z.string().optional() }) },
});

const hosts = z.array(z.string());

export const getFetchHosts = endpoint({
  name: 'getFetchHosts',
  method: 'GET',
  path: '/api/fetch-hosts',
  summary: 'The hosts whose pages agents of an organization may read: none unless listed.',
  query: organization,
  replies: { 200: z.object({ hosts }) },
});

export const changeFetchHosts = endpoint({
  name: 'changeFetchHosts',
  method: 'PUT',
  path: '/api/fetch-hosts',
  summary: 'Replace the list: `example.com` is that host, `*.example.com` all below it.',
  query: organization,
  body: z.strictObject({ hosts: z.array(hostPattern).max(MAX_FETCH_HOSTS) }),
  replies: { 200: z.object({ hosts }) },
});
