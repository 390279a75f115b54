/** Answers a request below /assets/: cached permanently by browsers, and compressed as the build stored it. */
import type { NextFunction, Request, Response } from 'express';
import { lookup } from 'mrmime';
import { isFresh } from '#kernel/http/send.ts';
import type { ClientAssets } from './client-assets.ts';

export const ASSETS = '/assets/';

const encodings = { '.br': 'br', '.gz': 'gzip' } as const;
type Suffix = keyof typeof encodings;
const suffixOf = (name: string) => (name.slice(-3) in encodings ? (name.slice(-3) as Suffix) : undefined);

/** The names under which an asset may be stored, the smallest that the client takes first. */
function candidatesFor(request: Request, name: string): string[] {
  const accepted = request.acceptsEncodings();
  const suffixes = (Object.keys(encodings) as Suffix[]).filter((suffix) => accepted.includes(encodings[suffix]));
  return [...suffixes.map((suffix) => name + suffix), name];
}

export async function serveAsset(
  assets: Pick<ClientAssets, 'find'>,
  request: Request,
  response: Response,
  next: NextFunction,
): Promise<void> {
  const asked = request.path.slice(ASSETS.length);
  // Compressed files are only sent in the place of others.
  const found = suffixOf(asked) ? undefined : await assets.find(candidatesFor(request, asked));
  if (!found) return next();
  const { name, content } = found;
  const suffix = suffixOf(name);
  response.setHeader('cache-control', 'public, max-age=31536000, immutable');
  response.setHeader('vary', 'Accept-Encoding');
  // The name contains a hash of the content, and says how it is compressed.
  const etag = `"${name}"`;
  response.setHeader('etag', etag);
  if (isFresh(request, etag)) {
    response.statusCode = 304;
    return void response.end();
  }
  response.setHeader('content-type', lookup(asked) ?? 'application/octet-stream');
  if (suffix) response.setHeader('content-encoding', encodings[suffix]);
  response.setHeader('content-length', content.byteLength);
  response.end(request.method === 'HEAD' ? undefined : content);
}
