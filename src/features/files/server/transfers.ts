/**
 * Large files on their way out and in. What lies in memory for readers is bounded, of all and of each person; and of the connections
 * to the database, few are at work for large files at once, in turns by person. So nobody's downloads or uploads keep others out.
 */

import type { Database } from '#kernel/database/pool.ts';
import { busy, noFileAt } from '#kernel/errors.ts';
import { type ByteReservation, createByteQuota } from '#kernel/http/byte-quota.ts';
import type { ChunkedBody } from '#kernel/http/chunked-body.ts';
import type { Range } from '#kernel/http/range.ts';
import { createSemaphore } from '#kernel/semaphore.ts';
import { copyChunk } from './copy-chunk.ts';

/** Bytes of a file that are read at once, and lie in memory until the reader has taken them; a smaller file is read whole. */
const CHUNK_SIZE = 256 * 1024;
/** A file below this is gone with one packet or two, and is not counted. */
const COUNTED_BYTES = 16 * 1024;
/** 64 slow readers of one person, and 256 of all. */
const MAX_BYTES = 256 * CHUNK_SIZE;
const MAX_BYTES_OF_PERSON = 64 * CHUNK_SIZE;
/** Connections of the pool's 20. */
const MAX_CONCURRENT = 4;
const MAX_CONCURRENT_PER_USER = 2;
const WAIT_MS = 10_000;
const BUSY_S = 5;

interface Opened {
  version: string;
  size: number;
  /** Of its beginning, or all of a small one. */
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
  /** Which a reader is told when it is gone. */
  path: string;
  /** @returns undefined where it is not there any more */
  read(from: number, length: number): Promise<Buffer | undefined>;
}

/** What it needs of files. */
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
    // The project was deleted meanwhile.
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
     * @param reservation counts what lies in memory for the reader, who lets it go
     * @returns null when the reader has this version already
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
     * All of a content that is no file of today's.
     * @param reservation as `open` takes it
     * @throws 404, 503 `busy`
     */
    async readAll(personId: string, source: Source & { size: number }, reservation: ByteReservation): Promise<Uint8Array | ChunkedBody> {
      const { size } = source;
      if (size > COUNTED_BYTES) reservation.reserve(Math.min(size, CHUNK_SIZE));
      const start = await readChunk(personId, source, { from: 0, to: Math.min(size, CHUNK_SIZE) });
      return size <= CHUNK_SIZE ? start : { length: size, chunks: readChunks(personId, source, { from: 0, to: size }, start) };
    },

    /** A version that a file has or had. @throws 404 */
    async version(projectId: string, version: string, path: string): Promise<Source & { size: number }> {
      const size = await files.sizeOf(projectId, version);
      if (size === undefined) throw noFileAt(path);
      return { ...sourceOf({ projectId, path }, version), size };
    },

    reserve: (personId: string): ByteReservation => gate.reserveFor(personId),
    /** Saves of large files wait here for their turn, and not each with a connection for the same project. @throws 503 `busy` */
    save: <T>(personId: string, bytes: number, work: () => Promise<T>): Promise<T> =>
      bytes > CHUNK_SIZE ? takeTurn(personId, work) : work(),
    /** Bytes that lie in memory for readers. */
    inFlight: gate.inFlight,
  };
}
