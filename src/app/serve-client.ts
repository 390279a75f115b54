/**
 * Serves the built client: assets of any build, cached permanently, and this build's page with a fresh nonce and a strict policy. The page
 * and the few files without a hash in their name are read once: another start may build the client anew in the same folder.
 */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Express, Request, Response } from 'express';
import { lookup } from 'mrmime';
import { end, isFresh } from '#kernel/http/send.ts';
import type { ClientAssets } from './client-assets/client-assets.ts';
import { ASSETS, serveAsset } from './client-assets/serve-asset.ts';
import { createPreloads } from './client-preloads.ts';

const NONCE = '__CSP_NONCE__';

function policy(nonce: string): string {
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

interface PublicFile {
  type: string;
  etag: string;
  content: Buffer;
}

/** By path. Files of unknown types are the build's own. */
function readPublicFiles(directory: string): Map<string, PublicFile> {
  if (!existsSync(directory)) return new Map();
  const names = readdirSync(directory, { withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [entry.name] : []));
  return new Map(
    names.flatMap((name) => {
      const type = lookup(name);
      // Its nonce must be filled in.
      if (!type || name === 'index.html') return [];
      const content = readFileSync(join(directory, name));
      const etag = `W/"${createHash('sha256').update(content).digest('base64url')}"`;
      return [[`/${name}`, { type, etag, content }] as const];
    }),
  );
}

function showFile(request: Request, response: Response, { type, etag, content }: PublicFile): void {
  response.setHeader('cache-control', 'no-cache');
  response.setHeader('etag', etag);
  if (isFresh(request, etag)) return end(response, 304);
  response.setHeader('content-type', type);
  end(response, 200, content);
}

/** @param directory of the build; without a build, the page says how to make one */
export function serveClient(app: Express, directory: string, assets: Pick<ClientAssets, 'find'>): void {
  const index = join(directory, 'index.html');
  const page = existsSync(index)
    ? readFileSync(index, 'utf8')
    : '<!doctype html><title>Guildhall</title><p>The client is not built. Run: npm run build';
  const preloads = createPreloads(directory);
  const files = readPublicFiles(directory);

  function showPage(request: Request, response: Response): void {
    const nonce = randomBytes(16).toString('base64');
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.setHeader('content-security-policy', policy(nonce));
    response.setHeader('cache-control', 'no-store');
    response.setHeader('cross-origin-opener-policy', 'same-origin');
    const shown = page.replaceAll(NONCE, nonce).replace('</head>', `${preloads(request.originalUrl)}</head>`);
    response.end(request.method === 'HEAD' ? undefined : shown);
  }

  app.use((request, response, next) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return next();
    // A missing asset is a 404; any other URL is a screen of the client.
    if (request.path.startsWith(ASSETS)) return serveAsset(assets, request, response, next);
    const file = files.get(request.path);
    if (file) return showFile(request, response, file);
    showPage(request, response);
  });
}
