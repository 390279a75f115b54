/**
 * Objects in an S3-compatible store, as far as backups need them. Each request carries the SHA-256 of its body, which the service compares.
 * Large objects are written and read in parts, one at a time, so that memory holds one, and a connection that breaks costs one.
 */
import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { AwsClient } from 'aws4fetch';
import { BackupError } from './format.ts';
import { texts } from './texts.ts';

export interface S3Settings {
  /** Address of the service. */
  endpoint: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
}

const MIN_PART_BYTES = 16 * 1024 * 1024;
/** The service takes 10,000. */
const MAX_PARTS = 9000;
/** For each part; a slow line needs a while for one. */
const TIMEOUT_MS = 10 * 60_000;
const HEAD_TIMEOUT_MS = 10_000;
/** Before each further attempt: connections break, and services are busy for a moment. */
const RETRY_AFTER_MS = [200, 1000, 4000];
const TOO_MANY_REQUESTS = 429;
const NOT_FOUND = 404;

interface Request {
  method: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: Buffer;
  signal?: AbortSignal | undefined;
}

interface Answer {
  headers: Headers;
  body: Buffer;
}

/** @param address `s3://bucket/folder` */
export function createS3(address: string, { endpoint, ...credentials }: S3Settings) {
  const [bucket = '', ...folder] = address
    .replace(/^s3:\/\//, '')
    .replace(/\/+$/, '')
    .split('/');
  const client = new AwsClient({ ...credentials, service: 's3', retries: 0 });
  const urlOf = (name: string): URL => {
    const url = new URL(endpoint);
    const path = [bucket, ...folder, name].map(encodeURIComponent).join('/');
    url.pathname = `${url.pathname.replace(/\/+$/, '')}/${path}`;
    return url;
  };

  /** @throws the signal's reason, or what broke the connection */
  async function sendOnce(name: string, { method, query = {}, headers, body, signal }: Request): Promise<Answer & { status: number }> {
    const url = urlOf(name);
    for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
    const hash = createHash('sha256')
      .update(body ?? '')
      .digest('hex');
    const late = AbortSignal.timeout(TIMEOUT_MS);
    const response = await client.fetch(url.href, {
      method,
      headers: { 'x-amz-content-sha256': hash, ...headers },
      ...(body && { body: new Uint8Array(body) }),
      signal: signal ? AbortSignal.any([signal, late]) : late,
    });
    return { status: response.status, headers: response.headers, body: Buffer.from(await response.arrayBuffer()) };
  }

  /** Sending a request again does no harm: it writes the same, or begins another upload, which stays empty. @throws BackupError */
  async function send(name: string, request: Request): Promise<Answer> {
    const { host } = urlOf(name);
    for (let attempt = 0; ; attempt++) {
      const pauseMs = RETRY_AFTER_MS[attempt];
      const answer = await sendOnce(name, request).catch((error: Error) => {
        request.signal?.throwIfAborted();
        if (pauseMs === undefined) throw new BackupError(texts.bucket.unreachable(host, describe(error)), { cause: error });
        return undefined;
      });
      if (answer && answer.status < 300) return answer;
      if (answer && (pauseMs === undefined || (answer.status < 500 && answer.status !== TOO_MANY_REQUESTS))) throw refused(name, answer);
      await sleep(pauseMs, undefined, { signal: request.signal });
    }
  }

  function refused(name: string, { status, body }: Answer & { status: number }): BackupError {
    const text = body.toString();
    const said = [tagOf(text, 'Code'), tagOf(text, 'Message')].filter(Boolean).join(': ');
    return new BackupError(texts.bucket.refused(urlOf(name).host, `${status}${said && `, ${said}`}`, [bucket, ...folder, name].join('/')));
  }

  async function uploadParts(name: string, file: FileHandle, size: number, partBytes: number, signal?: AbortSignal): Promise<void> {
    const begun = await send(name, { method: 'POST', query: { uploads: '' }, signal });
    const uploadId = tagOf(begun.body.toString(), 'UploadId');
    try {
      const parts: string[] = [];
      for (let at = 0; at < size; at += partBytes) {
        const number = parts.length + 1;
        const body = await readPart(file, at, Math.min(partBytes, size - at));
        const { headers } = await send(name, { method: 'PUT', query: { partNumber: String(number), uploadId }, body, signal });
        parts.push(`<Part><PartNumber>${number}</PartNumber><ETag>${headers.get('etag') ?? ''}</ETag></Part>`);
      }
      const list = `<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`;
      const answer = (await send(name, { method: 'POST', query: { uploadId }, body: Buffer.from(list), signal })).body.toString();
      // The service may start an answer before it knows the outcome.
      if (answer.includes('<Error>')) throw new BackupError(texts.bucket.uploadFailed(name, tagOf(answer, 'Message')));
    } catch (error) {
      // It may be complete, and only the answer was lost.
      if (!signal?.aborted && (await sizeOf(name).catch(() => undefined)) === size) return;
      // Parts of an unfinished upload are paid for, and not listed.
      await send(name, { method: 'DELETE', query: { uploadId } }).catch(() => undefined);
      throw error;
    }
  }

  const sizeOf = async (name: string): Promise<number> => Number((await send(name, { method: 'HEAD' })).headers.get('content-length'));

  /** @throws BackupError if the service does not say */
  async function has(name: string): Promise<boolean> {
    const answer = await sendOnce(name, { method: 'HEAD', signal: AbortSignal.timeout(HEAD_TIMEOUT_MS) });
    if (answer.status >= 300 && answer.status !== NOT_FOUND) throw refused(name, answer);
    return answer.status !== NOT_FOUND;
  }

  async function* read(name: string, size: number): AsyncGenerator<Buffer> {
    for (let at = 0; at < size; at += MIN_PART_BYTES) {
      const length = Math.min(MIN_PART_BYTES, size - at);
      const { body } = await send(name, { method: 'GET', headers: { range: `bytes=${at}-${at + length - 1}` } });
      if (body.length !== length) throw new BackupError(texts.bucket.otherPart(name, body.length, length));
      yield body;
    }
  }

  return {
    /** Appears complete or not at all. */
    async upload(name: string, path: string, signal?: AbortSignal): Promise<void> {
      const file = await open(path);
      const { size } = await file.stat();
      try {
        const partBytes = Math.max(MIN_PART_BYTES, Math.ceil(size / MAX_PARTS));
        if (size <= partBytes) await send(name, { method: 'PUT', body: await readPart(file, 0, size), signal });
        else await uploadParts(name, file, size, partBytes, signal);
      } finally {
        await file.close();
      }
      const stored = await sizeOf(name);
      if (stored !== size) throw new BackupError(texts.bucket.otherSize(name, stored, size));
    },
    sizeOf,
    has,
    read,
    remove: async (name: string): Promise<void> => void (await send(name, { method: 'DELETE' })),
  };
}

/** The answers are XML of a known form, of which one element is needed. */
const tagOf = (xml: string, name: string): string => new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? '';

const describe = (error: Error): string => (error.cause instanceof Error ? error.cause.message : error.message);

async function readPart(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await file.read(buffer, done, length - done, position + done);
    if (bytesRead === 0) throw new BackupError(texts.bucket.shorter);
    done += bytesRead;
  }
  return buffer;
}
