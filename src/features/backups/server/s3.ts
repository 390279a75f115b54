/**
 * Objects in an S3-compatible store, as far as backups need them. Each request carries the SHA-256 of its body, which the service compares;
 * bodies larger than a part are uploaded in parts, one at a time, so that memory holds one.
 */
import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { Readable } from 'node:stream';
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
const RETRIES = 4;

/** @param address `s3://bucket/folder` */
export function createS3(address: string, { endpoint, ...credentials }: S3Settings) {
  const [bucket = '', ...folder] = address
    .replace(/^s3:\/\//, '')
    .replace(/\/+$/, '')
    .split('/');
  const client = new AwsClient({ ...credentials, service: 's3', retries: RETRIES });
  const urlOf = (name: string): URL => {
    const url = new URL(endpoint);
    const path = [bucket, ...folder, name].map(encodeURIComponent).join('/');
    url.pathname = `${url.pathname.replace(/\/+$/, '')}/${path}`;
    return url;
  };

  async function send(name: string, method: string, query: Record<string, string> = {}, body?: Buffer): Promise<Response> {
    const url = urlOf(name);
    for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
    const hash = createHash('sha256')
      .update(body ?? '')
      .digest('hex');
    const request = {
      method,
      headers: { 'x-amz-content-sha256': hash },
      ...(body && { body: new Uint8Array(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    };
    const response = await client.fetch(url.href, request).catch((error: Error) => {
      throw new BackupError(texts.bucket.unreachable(url.host, describe(error)), { cause: error });
    });
    if (response.ok) return response;
    const text = await response.text().catch(() => '');
    const said = [tagOf(text, 'Code'), tagOf(text, 'Message')].filter(Boolean).join(': ');
    throw new BackupError(texts.bucket.refused(url.host, `${response.status}${said && `, ${said}`}`, [bucket, ...folder, name].join('/')));
  }

  async function uploadParts(name: string, file: FileHandle, size: number, partBytes: number): Promise<void> {
    const uploadId = tagOf(await (await send(name, 'POST', { uploads: '' })).text(), 'UploadId');
    try {
      const parts: string[] = [];
      for (let at = 0; at < size; at += partBytes) {
        const number = parts.length + 1;
        const part = await readPart(file, at, Math.min(partBytes, size - at));
        const { headers } = await send(name, 'PUT', { partNumber: String(number), uploadId }, part);
        parts.push(`<Part><PartNumber>${number}</PartNumber><ETag>${headers.get('etag') ?? ''}</ETag></Part>`);
      }
      const list = `<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`;
      const answer = await (await send(name, 'POST', { uploadId }, Buffer.from(list))).text();
      // The service may start an answer before it knows the outcome.
      if (answer.includes('<Error>')) throw new BackupError(texts.bucket.uploadFailed(name, tagOf(answer, 'Message')));
    } catch (error) {
      // Parts of an unfinished upload are paid for, and not listed.
      await send(name, 'DELETE', { uploadId }).catch(() => undefined);
      throw error;
    }
  }

  const sizeOf = async (name: string): Promise<number> => Number((await send(name, 'HEAD')).headers.get('content-length'));

  return {
    /** Appears complete or not at all. */
    async upload(name: string, path: string): Promise<void> {
      const file = await open(path);
      const { size } = await file.stat();
      try {
        const partBytes = Math.max(MIN_PART_BYTES, Math.ceil(size / MAX_PARTS));
        if (size <= partBytes) await send(name, 'PUT', {}, await readPart(file, 0, size));
        else await uploadParts(name, file, size, partBytes);
      } finally {
        await file.close();
      }
      const stored = await sizeOf(name);
      if (stored !== size) throw new BackupError(texts.bucket.otherSize(name, stored, size));
    },
    sizeOf,
    async open(name: string): Promise<Readable> {
      const { body } = await send(name, 'GET');
      if (!body) throw new BackupError(texts.bucket.noContent(name));
      return Readable.fromWeb(body as never);
    },
    remove: async (name: string): Promise<void> => void (await send(name, 'DELETE')),
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
