/** The contracts as an OpenAPI 3.1 document, and a page that renders it without loading anything from other hosts. */
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type { Express } from 'express';
import sirv from 'sirv';
import * as z from 'zod';
import type { ZodOpenApiContentObject, ZodOpenApiOperationObject, ZodOpenApiPathsObject, ZodOpenApiResponsesObject } from 'zod-openapi';
import { SESSION_COOKIE } from '#features/sessions/server/sessions.ts';
import type { Credential, Guard, Route } from '#kernel/http/route.ts';
import { end } from '#kernel/http/send.ts';
import { problem, type RawReply } from '#wire/contract.ts';
import type { RawBody } from '#wire/raw-body.ts';
import { isOpenToLimitedTokens, rights } from '#wire/rights.ts';

const require = createRequire(import.meta.url);

const SESSION: Credential = 'session';
const securitySchemes = {
  [SESSION]: {
    type: 'apiKey',
    in: 'cookie',
    name: SESSION_COOKIE,
    description: 'The cookie set by signing in. Requests that change anything must come from Guildhall’s own address.',
  },
  token: {
    type: 'http',
    scheme: 'bearer',
    description: 'A token of a person or of an organization, `guild_…`; see docs/tokens.md. It needs the scope that the operation names.',
  },
  metricsToken: { type: 'http', scheme: 'bearer', description: 'The value of METRICS_TOKEN.' },
  doctorToken: { type: 'http', scheme: 'bearer', description: 'Made by the doctor with SESSION_SECRET; valid for five minutes.' },
  webhookSignature: {
    type: 'apiKey',
    in: 'header',
    name: 'webhook-signature',
    description: 'A Standard Webhooks signature made with the trigger’s secret; see docs/triggers.md.',
  },
} as const;

/** A description of each group of endpoints. */
const tags: Record<string, string> = {
  Accounts: 'Signing up, signing in and out, and the current user.',
  Agents: 'Named, versioned settings for runs: instructions, model, tools, level and budget.',
  Approvals: 'Requests that runs make to people, and people’s decisions.',
  Audit: 'Who did what, when and from where.',
  Autonomy: 'What agents may do on their own: policies, daily budgets and the switch.',
  Backups: 'Backups of the installation, and what a restore holds back.',
  Connections: 'Tool servers (MCP) and web pages that agents may access.',
  Doctor: 'The production checklist, gone through by trying everything on it.',
  Files: 'A project’s files, with history, diffs, search and undo.',
  Invitations: 'Links with which people join an organization.',
  Models: 'Language model providers, allowed models and prices.',
  Monitoring: 'Health, metrics and load reports.',
  Notifications: 'What people are notified about, and how.',
  Organizations: 'Organizations, their settings and their members.',
  Projects: 'An organization’s projects.',
  Runs: 'Conversations between people and agents about a project, and their logs.',
  Schedules: 'Times that start runs.',
  Sessions: 'Signed-in browsers.',
  Tokens: 'Secrets with which programs use this API, with scopes, projects and an expiry.',
  Triggers: 'Signed webhooks and file changes that start runs.',
  Usage: 'Steps, tokens and cost by day, project, person and model.',
};

export async function describeApi(routes: readonly Route[], version: string) {
  const { createDocument } = await import('zod-openapi');
  const paths: ZodOpenApiPathsObject = {};
  for (const route of routes) {
    const path = route.contract.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.contract.method.toLowerCase()]: describe(route) };
  }
  return createDocument({
    openapi: '3.1.1',
    info: {
      title: 'Guildhall',
      version,
      description: 'Every error response is application/problem+json with a stable `code`.',
      contact: { name: 'The operator of this installation' },
      license: { name: 'MIT', identifier: 'MIT' },
    },
    // The host this document was read from.
    servers: [{ url: '/' }],
    tags: [...new Set(routes.map(({ contract }) => contract.tag))].sort().map((name) => ({ name, description: tags[name] ?? name })),
    components: { securitySchemes },
    paths,
  });
}

/** Who uses a credential other than a session. */
const bearers: Partial<Record<Credential, string>> = {
  metricsToken: 'callers with METRICS_TOKEN',
  doctorToken: 'the doctor of this installation',
  webhookSignature: 'callers that sign with the trigger’s secret',
};

/** Formats a guard: `member of the run’s project` */
function describeAccess({ role, of, through, credential = SESSION }: Guard<unknown>): string {
  if (role === 'bearer') return bearers[credential] ?? `callers with ${credential}`;
  if (role === 'operator') return 'operator of this installation';
  return of === undefined ? role : `${role} of the ${through === undefined ? of : `${through}’s ${of}`}`;
}

/** Formats what a token needs: a sentence; nothing where no right is required. */
function describeScope({ right }: Guard<unknown>): string {
  if (right === undefined) return '';
  const { scope } = rights[right];
  if (scope === null) return ' Tokens cannot do this.';
  return ` A token needs the scope ${scope}${rights[right].of === 'project' || isOpenToLimitedTokens(right) ? '' : ', and no limit to projects'}.`;
}

/** Of a session or token, or of another credential. */
function securityOf({ right, credential = SESSION }: Guard<unknown>) {
  if (credential === 'none') return [];
  const byToken = right !== undefined && rights[right].scope !== null;
  return [{ [credential]: [] }, ...(byToken ? [{ token: [] }] : [])];
}

function describe({ contract, limits, access }: Route): ZodOpenApiOperationObject {
  const { name, tag, summary, params, query, body, idempotent, replies } = contract;
  const names = limits.map(({ name, when }) => (when ? `${name} (when ${when.description})` : name));
  const responses: ZodOpenApiResponsesObject = {};
  for (const [status, kind] of Object.entries(replies)) {
    responses[`${Number(status)}` as '200'] = {
      description: status.startsWith('2') ? 'Success.' : 'Unavailable.',
      ...(kind !== 'empty' && { content: contentOf(kind, contract.replyTypes) }),
    };
  }
  const refusal = { content: { 'application/problem+json': { schema: problem } } };
  responses['4XX'] = { description: 'The request was rejected; `detail` says what to do.', ...refusal };
  responses.default = { description: 'The server cannot respond right now.', ...refusal };
  return {
    operationId: name,
    tags: [tag],
    summary,
    description: `Access: ${describeAccess(access)}.${describeScope(access)} Rate limits: ${names.join(', ') || 'none'}.`,
    security: securityOf(access),
    requestParams: { ...(params && { path: params }), ...(query && { query }), ...(idempotent && { header: idempotencyHeader }) },
    ...(body && { requestBody: { required: true, content: contentOf(body, contract.bodyTypes) } }),
    responses,
  };
}

const idempotencyHeader = z.object({
  'Idempotency-Key': z
    .string()
    .regex(/^[!-~]{1,255}$/)
    .optional()
    .meta({
      description:
        'Identifies this request for 24 hours: repeating it with the same key starts nothing new and returns the first response.',
    }),
});

/** @param types media types of raw bytes and text, where the contract names them */
function contentOf(kind: z.ZodType | RawReply | RawBody, types: readonly string[] = ['*/*']): ZodOpenApiContentObject {
  if (typeof kind !== 'string') return { 'application/json': { schema: kind } };
  if (kind === 'events') return { 'text/event-stream': { schema: { type: 'string' } } };
  return Object.fromEntries(types.map((type) => [type, { schema: schemaOf(type) }]));
}

const schemaOf = (type: string): { type?: 'string'; format?: 'binary' } =>
  type === 'application/json' ? {} : /^text\//.test(type) ? { type: 'string' } : { type: 'string', format: 'binary' };

export function serveApiDescription(app: Express, routes: readonly Route[], version: string): void {
  let document: Promise<string> | undefined;
  app.get('/api/openapi.json', async (_request, response) => {
    document ??= describeApi(routes, version).then((description) => JSON.stringify(description));
    response.setHeader('content-type', 'application/json; charset=utf-8');
    response.setHeader('cache-control', 'no-cache');
    end(response, 200, Buffer.from(await document));
  });
  const files = sirv(dirname(require.resolve('swagger-ui-dist/package.json')), { etag: true });
  const start = "SwaggerUIBundle({ url: '/api/openapi.json', dom_id: '#docs', validatorUrl: null, deepLinking: true });";
  app.get('/api/docs', (_request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    // Swagger UI writes style attributes; scripts load only from this server.
    response.setHeader(
      'content-security-policy',
      "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'",
    );
    response.end(`<!doctype html><html lang="en"><meta charset="utf-8"><title>Guildhall API</title>
<link rel="stylesheet" href="/api/docs/swagger-ui.css"><div id="docs"></div>
<script src="/api/docs/swagger-ui-bundle.js"></script><script src="/api/docs/start.js"></script></html>`);
  });
  app.get('/api/docs/start.js', (_request, response) => {
    response.setHeader('content-type', 'text/javascript; charset=utf-8');
    response.end(start);
  });
  // The package's own page loads an example from another host.
  const needed = new Set(['/swagger-ui.css', '/swagger-ui-bundle.js']);
  app.use('/api/docs', (request, response, next) => (needed.has(request.path) ? files(request, response, next) : next()));
}
