import * as z from 'zod';
import { newName, visibleText } from '#features/accounts/contract.ts';
import { endpointsOf, id, instant } from '#wire/contract.ts';
import { hostPattern } from './hosts.ts';

const endpoint = endpointsOf('Connections');

export const MAX_TOOL_SERVERS = 20;
const MAX_FETCH_HOSTS = 200;
const MAX_HEADERS = 20;

/**
 * `on`: runs are offered it · `off`: an admin has turned it off · `new`: none has turned it on yet · `changed`: it is not what was turned
 * on, and not offered until an admin turns it on as it is now · `unusable`: see its `problem`
 */
const toolState = z.enum(['on', 'off', 'new', 'changed', 'unusable']);
export type ToolState = z.infer<typeof toolState>;

/** What is known of a server’s tools, without asking it. */
const listing = {
  /** When it last answered; null: never. */
  listedAt: instant.nullable(),
  /** Since when it does not answer, and why. */
  failingSince: instant.nullable(),
  reason: z.string().nullable(),
};

const toolServer = z
  .object({
    id,
    /** Begins the names of its tools: `slug__tool`. */
    slug: z.string(),
    name: z.string(),
    /** Without its parameters. */
    url: z.string(),
    /** The token itself is never sent back. */
    hasToken: z.boolean(),
    /** Of headers that are sent along; their values are never sent back. */
    headerNames: z.array(z.string()),
    /** Of the parameters of its address; their values are never sent back. */
    queryNames: z.array(z.string()),
    /** Runs are offered its tools. */
    enabled: z.boolean(),
    /** Its own names of tools that an admin has turned off. */
    disabledTools: z.array(z.string()),
    /** May be at a private address; only an operator decides that. */
    privateNetwork: z.boolean(),
    changedAt: instant,
    ...listing,
    /** How many of its tools are in each state. */
    tools: z.object({ on: z.int(), off: z.int(), new: z.int(), changed: z.int(), unusable: z.int() } satisfies Record<ToolState, z.ZodInt>),
  })
  .meta({ id: 'ToolServer' });
export type ToolServer = z.infer<typeof toolServer>;

/** A tool as its server describes it. */
const serverTool = z
  .object({
    name: z.string(),
    description: z.string(),
    /** What it is called in runs; absent when it cannot be used. */
    callName: z.string().optional(),
    /** Why it cannot be used. */
    problem: z.string().optional(),
    state: toolState,
    /** Of all that its server says of it: name it when turning it on, and nothing else is turned on. */
    digest: z.string().optional(),
    /** JSON Schema of its input. */
    inputSchema: z.record(z.string(), z.unknown()).optional(),
    /** Of a `changed` one: a unified diff from what was turned on to what it is now. */
    diff: z.string().optional(),
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

/** Those of one connection, those that the protocol sets, and what says how long and of what kind a message is. */
const reserved = new Set(
  `connection keep-alive proxy-authenticate proxy-authorization proxy-connection te trailer transfer-encoding upgrade http2-settings host
  content-length content-type content-encoding accept accept-encoding expect last-event-id date via`.split(/\s+/),
);
const headerName = z
  .string()
  .trim()
  .min(1, 'Enter a name.')
  .max(100, 'Use at most 100 characters.')
  .regex(/^[\w!#$%&'*+.^`|~-]+$/, 'A header’s name has letters, digits and dashes only, for example X-Api-Key.')
  .refine(
    (name) => !reserved.has(name.toLowerCase()) && !/^(?:mcp|sec|proxy)-/i.test(name),
    'This header is set by the connection itself.',
  );
const headerValue = z
  .string()
  .trim()
  .min(1, 'Enter a value.')
  .max(4096, 'Use at most 4,096 characters.')
  .regex(/^[\t\x20-\x7e]+$/, 'A header’s value has no line breaks and no characters beyond ASCII.');
const isUnique = (headers: readonly { name: string }[]) => new Set(headers.map(({ name }) => name.toLowerCase())).size === headers.length;
const TWICE = 'Name each header once.';

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
  summary:
    'Connect an MCP tool server (streamable HTTP). Its tools are off until they are turned on. `privateNetwork` is for operators of this installation.',
  query: organization,
  body: z.strictObject({
    name: newName(100),
    slug,
    /** Its parameters are kept encrypted and never sent back, for keys are among them. */
    url,
    token: token.optional(),
    /** Sent with every request; kept encrypted and never sent back. */
    headers: z
      .array(z.strictObject({ name: headerName, value: headerValue }))
      .max(MAX_HEADERS)
      .refine(isUnique, TWICE)
      .optional(),
    privateNetwork: z.boolean().default(false),
  }),
  replies: { 201: z.object({ toolServer }) },
});

export const changeToolServer = endpoint({
  name: 'changeToolServer',
  method: 'PATCH',
  path: '/api/tool-servers/:toolServerId',
  summary:
    'Change what is named. `token: null` removes it, an empty `query` the parameters of the address; `headers` replaces them all, and keeps the value of those that are named without one. When the address moves to another origin, all of these are removed that are not named.',
  params,
  body: z
    .strictObject({
      name: newName(100).optional(),
      slug: slug.optional(),
      url: url.optional(),
      token: token.nullable().optional(),
      headers: z
        .array(z.strictObject({ name: headerName, value: headerValue.optional() }))
        .max(MAX_HEADERS)
        .refine(isUnique, TWICE)
        .optional(),
      query: z.literal('', 'Parameters are part of the address. Send an empty text to remove them.').optional(),
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

export const listServerTools = endpoint({
  name: 'listServerTools',
  method: 'GET',
  path: '/api/tool-servers/:toolServerId/tools',
  summary: 'The tools of a server as it last listed them, without asking it. `more`: it has others, which are not read.',
  params,
  replies: { 200: z.object({ tools: z.array(serverTool), more: z.boolean(), ...listing }) },
});

const toolName = z.string().max(200);
export const changeServerTools = endpoint({
  name: 'changeServerTools',
  method: 'PUT',
  path: '/api/tool-servers/:toolServerId/tools',
  summary:
    'Turn tools on, each as it was seen (`digest`), and others off. 409 `tools_changed` when one is not any more what was seen. Those that are not named stay as they are.',
  params,
  body: z
    .strictObject({
      on: z
        .array(z.strictObject({ name: toolName, digest: z.string().regex(/^[0-9a-f]{64}$/, 'This is no digest of a tool.') }))
        .max(500)
        .default([]),
      off: z.array(toolName).max(500).default([]),
    })
    .refine(({ on, off }) => on.length + off.length > 0, 'Name a tool.')
    .refine(({ on, off }) => !on.some(({ name }) => off.includes(name)), 'Turn each tool either on or off.'),
  replies: { 200: z.object({ tools: z.array(serverTool), more: z.boolean(), ...listing }) },
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
