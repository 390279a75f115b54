/** Reads a request's body: bytes as they are, JSON strictly as UTF-8. */
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import type { Request } from 'express';
import { badRequest, malformedJson, Refusal, tooLarge, unsupportedMedia } from '#kernel/errors.ts';

/** Bytes; the guide's 10 MB, for JSON and for a file alike, where a contract names no fewer. */
export const MAX_BODY_BYTES = 10 * 1024 * 1024;

const decompressors = { gzip: promisify(gunzip), deflate: promisify(inflate), br: promisify(brotliDecompress) };
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** @throws 413 as soon as it is known, so that nobody uploads for nothing or, in chunks, without end */
async function readBytes(request: Request, max: number): Promise<Buffer> {
  if (Number(request.headers['content-length']) > max) throw tooLarge(max);
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    // Destroying the request would close the connection that carries the answer.
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      length += chunk.length;
      if (length > max) throw tooLarge(max);
      chunks.push(chunk);
    }
  } catch (error) {
    // The connection takes the next request once the rest of this one has passed; Node sees to that only where nobody began to read.
    request.resume();
    throw error instanceof Refusal
      ? error
      : new Refusal(400, 'aborted', 'The request ended before its body was complete.', { cause: error });
  }
  return decompress(Buffer.concat(chunks, length), request.headers['content-encoding']?.toLowerCase() ?? 'identity', max);
}

async function decompress(bytes: Buffer, encoding: string, max: number): Promise<Buffer> {
  if (encoding === 'identity') return bytes;
  if (!Object.hasOwn(decompressors, encoding)) throw unsupportedMedia('plain bytes, or compressed by gzip, deflate or br');
  try {
    return await decompressors[encoding as keyof typeof decompressors](bytes, { maxOutputLength: max });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(max);
    throw badRequest('malformed_encoding', `The body is not what its content-encoding says: ${encoding}.`);
  }
}

/** @returns bytes for a `bytes` contract, parsed JSON otherwise */
export async function readBody(request: Request, kind: 'bytes' | 'json', max = MAX_BODY_BYTES): Promise<unknown> {
  if (kind === 'bytes') return readBytes(request, max);
  if (!/^application\/(json|[\w.+-]+\+json)\s*(;|$)/i.test(request.headers['content-type'] ?? ''))
    throw unsupportedMedia('application/json');
  const bytes = await readBytes(request, max);
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch {
    throw malformedJson();
  }
}
