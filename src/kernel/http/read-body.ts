/** Reads a request's body: bytes as they are, JSON strictly as UTF-8. */
import express, { type Request, type Response } from 'express';
import { malformedJson, Refusal, tooLarge, unsupportedMedia } from '#kernel/errors.ts';

/** Bytes; the guide's 10 MB, for JSON and for a file alike. */
export const MAX_BODY_BYTES = 10 * 1024 * 1024;

const readRaw = express.raw({ type: () => true, limit: MAX_BODY_BYTES });
const utf8 = new TextDecoder('utf-8', { fatal: true });

async function readBytes(request: Request, response: Response): Promise<Buffer> {
  await new Promise<void>((resolve, reject) => {
    readRaw(request, response, (error?: unknown) => (error ? reject(refusalOf(error)) : resolve()));
  });
  // Without a body there is nothing to read and `body` stays undefined.
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
}

function refusalOf(error: unknown): unknown {
  const type = typeof error === 'object' && error !== null && 'type' in error ? error.type : undefined;
  if (type === 'entity.too.large') return tooLarge(MAX_BODY_BYTES);
  if (type === 'request.aborted') return new Refusal(400, 'aborted', 'The request ended before its body was complete.', { cause: error });
  return error;
}

/** @returns bytes for a `bytes` contract, parsed JSON otherwise */
export async function readBody(request: Request, response: Response, kind: 'bytes' | 'json'): Promise<unknown> {
  if (kind === 'bytes') return readBytes(request, response);
  if (!/^application\/(json|[\w.+-]+\+json)\s*(;|$)/i.test(request.headers['content-type'] ?? ''))
    throw unsupportedMedia('application/json');
  const bytes = await readBytes(request, response);
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch {
    throw malformedJson();
  }
}
