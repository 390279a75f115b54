/** Reads a request's body: raw bytes, or JSON strictly as UTF-8. Limits are checked before they can be exceeded. */
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { Request } from 'express';
import { badRequest, HttpProblem, invalid, malformedJson, tooLarge, unsupportedMedia } from '#kernel/errors.ts';
import { texts } from '#kernel/texts.ts';
import type { ByteReservation } from './byte-quota.ts';
import { exceededBound, type JsonBounds } from './json-bounds.ts';
import { receive, type Slowness } from './receive.ts';

/** Maximum bytes of any body read before authentication: the largest in a contract is 8 kB. */
export const UNAUTHENTICATED_MAX_BYTES = 16 * 1024;

const CHUNK_BYTES = 64 * 1024;
const decompressors = {
  gzip: () => createGunzip({ chunkSize: CHUNK_BYTES }),
  deflate: () => createInflate({ chunkSize: CHUNK_BYTES }),
  br: () => createBrotliDecompress({ chunkSize: CHUNK_BYTES }),
};
type Encoding = keyof typeof decompressors;
const utf8 = new TextDecoder('utf-8', { fatal: true });

export type BodyBounds = { kind: 'bytes'; bytes: number } | ({ kind: 'json' } & JsonBounds);

/**
 * @param reservation counts the bytes for as long as the caller keeps them, compressed and decompressed
 * @returns bytes for a `bytes` contract, otherwise parsed JSON
 * @throws 400, 408, 413, 415, 422, 503
 */
export async function readBody(request: Request, bounds: BodyBounds, reservation: ByteReservation, slowness?: Slowness): Promise<unknown> {
  if (bounds.kind === 'json' && !/^application\/(json|[\w.+-]+\+json)\s*(;|$)/i.test(request.headers['content-type'] ?? ''))
    throw unsupportedMedia(texts.problems.notJson);
  const encoding = encodingOf(request);
  const sent = await receive(request, bounds.bytes, reservation, slowness);
  const bytes = encoding === 'identity' ? sent : await decompress(sent, encoding, bounds.bytes, reservation);
  return bounds.kind === 'bytes' ? bytes : parseJson(bytes, bounds);
}

function encodingOf(request: Request): Encoding | 'identity' {
  const encoding = request.headers['content-encoding']?.toLowerCase() ?? 'identity';
  if (encoding !== 'identity' && !Object.hasOwn(decompressors, encoding)) throw unsupportedMedia(texts.problems.notThisEncoding);
  return encoding as Encoding | 'identity';
}

function parseJson(bytes: Buffer, bounds: JsonBounds): unknown {
  const exceeded = exceededBound(bytes, bounds);
  if (exceeded === 'depth') throw invalid([{ path: '', message: texts.problems.tooDeep(bounds.depth) }]);
  if (exceeded === 'values') throw invalid([{ path: '', message: texts.problems.tooManyValues(bounds.values) }]);
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch {
    throw malformedJson();
  }
}

async function decompress(bytes: Buffer, encoding: Encoding, max: number, reservation: ByteReservation): Promise<Buffer> {
  const stream = decompressors[encoding]();
  const chunks: Buffer[] = [];
  let length = 0;
  stream.end(bytes);
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > max) throw tooLarge(max);
      reservation.reserve(chunk.length);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof HttpProblem) throw error;
    throw badRequest('malformed_encoding', texts.problems.malformedEncoding(encoding));
  }
  return Buffer.concat(chunks, length);
}
