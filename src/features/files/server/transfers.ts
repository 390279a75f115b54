/**
 * Large downloads and uploads. Memory for readers is limited, in total and per person; and few database connections serve large files at a
 * time, with people taking turns. So one person's transfers cannot block others.
 */

import type { Database } from '#kernel/database/pool.ts';
import { busy, noFileAt } from '#kernel/errors.ts';
import { type ByteReservation, createByteQuota } from '#kernel/http/byte-quota.ts';
import type { ChunkedBody } from '#kernel/http/chunked-body.ts';
import type { Range } from '#kernel/http/range.ts';
import { createSemaphore } from '#kernel/semaphore.ts';
import { copyChunk } from './copy-chunk.ts';

/** Bytes of a file read at once, and in memory until the reader has taken them; a smaller file is read whole. */
const CHUNK_SIZE = 256 * 1024;
/** A smaller file fits into one packet or two, and is not counted. */
const COUNTED_BYTES = 16 * 1024;
/** 64 slow readers per person, and 256 in total. */
const MAX_BYTES = 256 * CHUNK_SIZE;
const MAX_BYTES_OF_PERSON = 64 * CHUNK_SIZE;
/** Of the pool's 20 connections. */
const MAX_CONCURRENT = 4;
const MAX_CONCURRENT_PER_USER = 2;
const WAIT_MS = 10_000;
const BUSY_S = 5;

interface Opened {
  version: string;
  size: number;
  /** The start of the content, or all of a small one. */
  start: Buffer;
  /** @returns the bytes of a range, or all; to be sent once */
  read(range?: Range): Uint8Array | ChunkedBody;
}

interface Wanted {
  projectId: string;
  path: string;
  at: number | undefined;
  known: string;
}

/** A content in the database. */
interface Source {
  /** Named in the problem if the content is gone. */
  path: string;
  /** @returns undefined if it no longer exists */
  read(from: number, length: number): Promise<Buffer | undefined>;
}

/** The functions of files it needs. */
interface Reading {
  read(
    projectId: string,
    path: string,
    wanted: { at: number | undefined; known: string; most: number },
  ): Promise<{ version: string; size: number; content: Buffer | null }>;
  sizeOf(projectId: string, version: string): Promise<number | undefined>;
}

export type Transfers = ReturnType<typeof createTransfers>;

export function createTransfers({ db, files }: { db: Database; files: Reading }) {
  const gate = createByteQuota({ max: MAX_BYTES, share: MAX_BYTES_OF_PERSON });
  const withPermit = createSemaphore({ maxConcurrent: MAX_CONCURRENT, maxConcurrentPerKey: MAX_CONCURRENT_PER_USER });

  async function takeTurn<T>(personId: string, work: () => Promise<T>): Promise<T> {
    const waiting = new AbortController();
    const timer = setTimeout(() => waiting.abort(busy(BUSY_S)), WAIT_MS);
    try {
      return await withPermit(personId, waiting.signal, () => {
        clearTimeout(timer);
        return work();
      });
    } finally {
      clearTimeout(timer);
    }
  }

  async function readChunk(personId: string, { path, read }: Source, { from, to }: Range): Promise<Buffer> {
    const piece = await takeTurn(personId, () => read(from, to - from));
    // The project was deleted in the meantime.
    if (piece?.length !== to - from) throw noFileAt(path);
    return piece;
  }

  async function* readChunks(personId: string, source: Source, { from, to }: Range, start: Buffer) {
    for (let at = from; at < to; at += CHUNK_SIZE) {
      const end = Math.min(to, at + CHUNK_SIZE);
      yield end <= start.length ? start.subarray(at, end) : await readChunk(personId, source, { from: at, to: end });
    }
  }

  const sourceOf = ({ projectId, path }: Pick<Wanted, 'projectId' | 'path'>, version: string): Source => ({
    path,
    read: (from, length) => copyChunk(db, projectId, version, from, length),
  });

  return {
    /**
     * @param reservation counts the memory used for the reader, who releases it
     * @returns null if the reader already has this version
     * @throws 404, 503 `busy`
     */
    async open(
      personId: string,
      wanted: Wanted,
      reservation: ByteReservation,
    ): Promise<Opened | { version: string; size: number; start: null }> {
      const { projectId, path, at, known } = wanted;
      const { version, size, content } = await files.read(projectId, path, { at, known, most: CHUNK_SIZE });
      if (version === known) return { version, size, start: null };
      if (size > COUNTED_BYTES) reservation.reserve(Math.min(size, CHUNK_SIZE));
      const source = sourceOf(wanted, version);
      const start = content ?? (await readChunk(personId, source, { from: 0, to: CHUNK_SIZE }));
      const whole = { from: 0, to: size };
      const read = ({ from, to }: Range = whole) =>
        content ? content.subarray(from, to) : { length: to - from, chunks: readChunks(personId, source, { from, to }, start) };
      return { version, size, start, read };
    },

    /**
     * Reads all of a content that is not a current file.
     * @param reservation as for `open`
     * @throws 404, 503 `busy`
     */
    async readAll(personId: string, source: Source & { size: number }, reservation: ByteReservation): Promise<Uint8Array | ChunkedBody> {
      const { size } = source;
      if (size > COUNTED_BYTES) reservation.reserve(Math.min(size, CHUNK_SIZE));
      const start = await readChunk(personId, source, { from: 0, to: Math.min(size, CHUNK_SIZE) });
      return size <= CHUNK_SIZE ? start : { length: size, chunks: readChunks(personId, source, { from: 0, to: size }, start) };
    },

    /** A current or former version of a file. @throws 404 */
    async version(projectId: string, version: string, path: string): Promise<Source & { size: number }> {
      const size = await files.sizeOf(projectId, version);
      if (size === undefined) throw noFileAt(path);
      return { ...sourceOf({ projectId, path }, version), size };
    },

    reserve: (personId: string): ByteReservation => gate.reserveFor(personId),
    /** Queues saves of large files here, instead of each waiting with a connection for the same project's lock. @throws 503 `busy` */
    save: <T>(personId: string, bytes: number, work: () => Promise<T>): Promise<T> =>
      bytes > CHUNK_SIZE ? takeTurn(personId, work) : work(),
    /** Bytes in memory for readers. */
    inFlight: gate.inFlight,
  };
}
