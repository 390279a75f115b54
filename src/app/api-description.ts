/** The contracts as an OpenAPI 3.1 document, and a page to read it on that loads nothing from outside. */
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type { Express } from 'express';
import sirv from 'sirv';
import type * as z from 'zod';
import type { ZodOpenApiContentObject, ZodOpenApiOperationObject, ZodOpenApiPathsObject, ZodOpenApiResponsesObject } from 'zod-openapi';
import type { Route } from '#kernel/http/route.ts';
import { problem } from '#wire/contract.ts';

const require = createRequire(import.meta.url);

export async function describeApi(routes: readonly Route[], version: string) {
  const { createDocument } = await import('zod-openapi');
  const paths: ZodOpenApiPathsObject = {};
  for (const route of routes) {
    const path = route.contract.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.contract.method.toLowerCase()]: describe(route) };
  }
  return createDocument({
    openapi: '3.1.1',
    info: { title: 'Guildhall', version, description: 'Every failure is application/problem+json with a stable `code`.' },
    paths,
  });
}

function describe({ contract, limits, access }: Route): ZodOpenApiOperationObject {
  const { name, summary, params, query, body, replies } = contract;
  const names = limits.map(({ name, strangersOnly }) => (strangersOnly ? `${name} (not for who is signed in)` : name));
  const responses: ZodOpenApiResponsesObject = {};
  for (const [status, kind] of Object.entries(replies)) {
    responses[`${Number(status)}` as '200'] = {
      description: status.startsWith('2') ? 'Done.' : 'Not well.',
      ...(kind !== 'empty' && { content: contentOf(kind) }),
    };
  }
  responses.default = { description: 'Refused.', content: { 'application/problem+json': { schema: problem } } };
  return {
    operationId: name,
    summary,
    description: `For ${access.rule}. Limits: ${names.join(', ') || 'none'}.`,
    requestParams: { ...(params && { path: params }), ...(query && { query }) },
    ...(body && { requestBody: { required: true, content: contentOf(body) } }),
    responses,
  };
}

const mediaTypes = { bytes: 'application/octet-stream', events: 'text/event-stream', text: 'text/plain' } as const;

function contentOf(kind: z.ZodType | keyof typeof mediaTypes): ZodOpenApiContentObject {
  if (typeof kind !== 'string') return { 'application/json': { schema: kind } };
  return { [mediaTypes[kind]]: { schema: { type: 'string' } } };
}

export function serveApiDescription(app: Express, routes: readonly Route[], version: string): void {
  let document: Promise<string> | undefined;
  app.get('/api/openapi.json', async (_request, response) => {
    document ??= describeApi(routes, version).then((description) => JSON.stringify(description));
    response.setHeader('content-type', 'application/json; charset=utf-8');
    response.setHeader('cache-control', 'no-cache');
    response.end(await document);
  });
  const files = sirv(dirname(require.resolve('swagger-ui-dist/package.json')), { etag: true });
  const start = "SwaggerUIBundle({ url: '/api/openapi.json', dom_id: '#docs', validatorUrl: null, deepLinking: true });";
  app.get('/api/docs', (_request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    // Swagger UI writes style attributes; scripts come from here only.
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
  // The package's own page loads an example from outside.
  const needed = new Set(['/swagger-ui.css', '/swagger-ui-bundle.js']);
  app.use('/api/docs', (request, response, next) => (needed.has(request.path) ? files(request, response, next) : next()));
}
