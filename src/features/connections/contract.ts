import * as z from 'zod';
import { newName, visibleText } from '#features/accounts/contract.ts';
import { endpointsOf, id, instant } from '#wire/contract.ts';
import { texts as wire } from '#wire/texts.ts';
import { hostPattern } from './hosts.ts';
import { texts } from './texts.ts';

const endpoint = endpointsOf('Connections');

export const MAX_TOOL_SERVERS = 20;
const MAX_FETCH_HOSTS = 200;
const MAX_HEADERS = 20;

/**
 * `on`: offered to runs · `off`: an admin has turned it off · `new`: not turned on yet · `changed`: it differs from what was turned on, and
 * is not offered until an admin turns on the current definition · `unusable`: see its `problem`
 */
const toolState = z.enum(['on', 'off', 'new', 'changed', 'unusable']);
export type ToolState = z.infer<typeof toolState>;

/** What is known about a server’s tools, without contacting it. */
const listing = {
  /** When it last responded; null: never. */
  listedAt: instant.nullable(),
  /** Since when it has not responded, and why. */
  failingSince: instant.nullable(),
  reason: z.string().nullable(),
};

const toolServer = z
  .object({
    id,
    /** Prefix of its tools' names: `slug__tool`. */
    slug: z.string(),
    name: z.string(),
    /** Without its parameters. */
    url: z.string(),
    /** The token itself is never returned. */
    hasToken: z.boolean(),
    /** Names of the headers sent with each request; their values are never returned. */
    headerNames: z.array(z.string()),
    /** Names of the parameters of its address; their values are never returned. */
    queryNames: z.array(z.string()),
    /** Its tools are offered to runs. */
    enabled: z.boolean(),
    /** Tools that an admin has turned off, by their names on the server. */
    disabledTools: z.array(z.string()),
    /** It may have a private address; only an operator can allow that. */
    privateNetwork: z.boolean(),
    changedAt: instant,
    ...listing,
    /** Number of its tools in each state. */
    tools: z.object({ on: z.int(), off: z.int(), new: z.int(), changed: z.int(), unusable: z.int() } satisfies Record<ToolState, z.ZodInt>),
  })
  .meta({ id: 'ToolServer' });
export type ToolServer = z.infer<typeof toolServer>;

/** A tool as its server describes it. */
const serverTool = z
  .object({
    name: z.string(),
    description: z.string(),
    /** Its name in runs; absent if it cannot be used. */
    callName: z.string().optional(),
    /** Why it cannot be used. */
    problem: z.string().optional(),
    state: toolState,
    /** Digest of the complete definition: sent when turning the tool on, so that nothing but this definition is turned on. */
    digest: z.string().optional(),
    /** JSON Schema of its input. */
    inputSchema: z.record(z.string(), z.unknown()).optional(),
    /** For a `changed` tool: a unified diff from the definition that was turned on to the current one. */
    diff: z.string().optional(),
  })
  .meta({ id: 'ServerTool' });
export type ServerTool = z.infer<typeof serverTool>;

const slug = z
  .string()
  .max(20, { error: () => wire.input.atMost(20) })
  .regex(/^[a-z0-9]+(?:_[a-z0-9]+)*$/, { error: () => texts.slug });
const url = visibleText(2000)
  .pipe(z.url({ protocol: /^https?$/, normalize: true, error: () => texts.url }))
  .refine((text) => !hasCredentials(text), { error: () => texts.credentials });
const token = z
  .string()
  .trim()
  .min(1, { error: () => texts.noToken })
  .max(4096, { error: () => wire.input.atMost(4096) })
  .regex(/^[\x21-\x7e]+$/, { error: () => texts.token });

/** Headers of one connection, those set by the protocol, and those for the length and type of a message. */
const reserved = new Set(
  `connection keep-alive proxy-authenticate proxy-authorization proxy-connection te trailer transfer-encoding upgrade http2-settings host
  content-length content-type content-encoding accept accept-encoding expect last-event-id date via`.split(/\s+/),
);
const headerName = z
  .string()
  .trim()
  .min(1, { error: () => texts.noName })
  .max(100, { error: () => wire.input.atMost(100) })
  .regex(/^[\w!#$%&'*+.^`|~-]+$/, { error: () => texts.headerName })
  .refine((name) => !reserved.has(name.toLowerCase()) && !/^(?:mcp|sec|proxy)-/i.test(name), { error: () => texts.reserved });
const headerValue = z
  .string()
  .trim()
  .min(1, { error: () => texts.noValue })
  .max(4096, { error: () => wire.input.atMost(4096) })
  .regex(/^[\t\x20-\x7e]+$/, { error: () => texts.headerValue });
const isUnique = (headers: readonly { name: string }[]) => new Set(headers.map(({ name }) => name.toLowerCase())).size === headers.length;

function hasCredentials(text: string): boolean {
  // An invalid address is already reported.
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
  summary: 'List an organization’s MCP tool servers by name.',
  query: organization,
  replies: { 200: z.object({ toolServers: z.array(toolServer) }) },
});

export const addToolServer = endpoint({
  name: 'addToolServer',
  method: 'POST',
  path: '/api/tool-servers',
  apart: true,
  summary:
    'Connect an MCP tool server (streamable HTTP). Its tools stay off until they are turned on. Only operators of this installation can set `privateNetwork`.',
  query: organization,
  body: z.strictObject({
    name: newName(100),
    slug,
    /** Its parameters are stored encrypted and never returned, since they may contain keys. */
    url,
    token: token.optional(),
    /** Sent with every request; stored encrypted and never returned. */
    headers: z
      .array(z.strictObject({ name: headerName, value: headerValue }))
      .max(MAX_HEADERS)
      .refine(isUnique, { error: () => texts.headerTwice })
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
    'Update the given fields. `token: null` removes the token, and an empty `query` removes the parameters of the address. `headers` replaces all headers; a header sent without a value keeps its current one. Moving the address to another origin removes the token, parameters and headers that the request does not include.',
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
        .refine(isUnique, { error: () => texts.headerTwice })
        .optional(),
      query: z.literal('', { error: () => texts.query }).optional(),
      enabled: z.boolean().optional(),
      disabledTools: z.array(z.string().max(200)).max(500).optional(),
      privateNetwork: z.boolean().optional(),
    })
    .refine((changes) => Object.keys(changes).length > 0, { error: () => texts.nothing }),
  replies: { 200: z.object({ toolServer }) },
});

export const removeToolServer = endpoint({
  name: 'removeToolServer',
  method: 'DELETE',
  path: '/api/tool-servers/:toolServerId',
  summary: 'Disconnect a tool server. Calls in progress run to completion.',
  params,
  replies: { 204: 'empty' },
});

export const listServerTools = endpoint({
  name: 'listServerTools',
  method: 'GET',
  path: '/api/tool-servers/:toolServerId/tools',
  summary:
    'List a server’s tools as it last reported them, without contacting it. `more`: the server has further tools that were not read.',
  params,
  replies: { 200: z.object({ tools: z.array(serverTool), more: z.boolean(), ...listing }) },
});

const toolName = z.string().max(200);
export const changeServerTools = endpoint({
  name: 'changeServerTools',
  method: 'PUT',
  path: '/api/tool-servers/:toolServerId/tools',
  summary:
    'Turn tools on, each with the `digest` of the definition that was shown, and turn others off. Returns 409 `tools_changed` if a definition has changed since. Tools that are not named stay as they are.',
  params,
  body: z
    .strictObject({
      on: z
        .array(z.strictObject({ name: toolName, digest: z.string().regex(/^[0-9a-f]{64}$/, { error: () => texts.digest }) }))
        .max(500)
        .default([]),
      off: z.array(toolName).max(500).default([]),
    })
    .refine(({ on, off }) => on.length + off.length > 0, { error: () => texts.noTool })
    .refine(({ on, off }) => !on.some(({ name }) => off.includes(name)), { error: () => texts.onAndOff }),
  replies: { 200: z.object({ tools: z.array(serverTool), more: z.boolean(), ...listing }) },
});

export const testToolServer = endpoint({
  name: 'testToolServer',
  method: 'POST',
  path: '/api/tool-servers/:toolServerId/test',
  apart: true,
  summary: 'Ask a tool server for its tools now. `reason` says why that failed.',
  params,
  replies: { 200: z.object({ ok: z.boolean(), tools: z.array(serverTool).optional(), reason: z.string().optional() }) },
});

const hosts = z.array(z.string());

export const getFetchHosts = endpoint({
  name: 'getFetchHosts',
  method: 'GET',
  path: '/api/fetch-hosts',
  summary: 'List the hosts whose web pages an organization’s agents may read. By default, none.',
  query: organization,
  replies: { 200: z.object({ hosts }) },
});

export const changeFetchHosts = endpoint({
  name: 'changeFetchHosts',
  method: 'PUT',
  path: '/api/fetch-hosts',
  summary: 'Replace the list. `example.com` allows that host, `*.example.com` all hosts below it.',
  query: organization,
  body: z.strictObject({ hosts: z.array(hostPattern).max(MAX_FETCH_HOSTS) }),
  replies: { 200: z.object({ hosts }) },
});
