/** Serves the built client: hashed assets, cached permanently, and the page itself with a fresh nonce and a strict policy. */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Express, Request, Response } from 'express';
import sirv from 'sirv';
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

/** @param directory of the build; without a build, the page says how to make one */
export function serveClient(app: Express, directory: string): void {
  const index = join(directory, 'index.html');
  const page = existsSync(index)
    ? readFileSync(index, 'utf8')
    : '<!doctype html><title>Guildhall</title><p>The client is not built. Run: npm run build';

  const preloads = createPreloads(directory);
  const assets = sirv(directory, {
    brotli: true,
    gzip: true,
    etag: true,
    setHeaders(response, path) {
      response.setHeader('cache-control', path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });

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
    // The page is never served as a file: its nonce must be filled in.
    if (request.path === '/' || request.path === '/index.html') return showPage(request, response);
    assets(request, response, () => {
      // A missing asset is a 404; any other URL is a screen of the client.
      if (request.path.startsWith('/assets/')) return next();
      showPage(request, response);
    });
  });
}
