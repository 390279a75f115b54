/**
 * Large files on their way out and in. What lies in memory for readers is bounded, of all and of each person; and of the connections
 * to the database, few are at work for large files at once, in turns by person. So nobody's downloads or uploads keep others out.
 */

import type { Database } from '#kernel/database/pool.ts';
import { busy, nothingAt } from '#kernel/errors.ts';
import { createByteGate, type Hold } from '#kernel/http/byte-gate.ts';
import type { Pieces } from '#kernel/http/pieces.ts';
import type { Range } from '#kernel/http/range.ts';
import { createSemaphore } from '#kernel/semaphore.ts';
import { copyPiece } from './copy-piece.ts';

/** Bytes of a file that are read at once, and lie in memory until the reader has taken them; a smaller file is read whole. */
const PIECE_BYTES = 256 * 1024;
/** A file below this is gone with one packet or two, and is not counted. */
const COUNTED_BYTES = 16 * 1024;
/** 64 slow readers of one person, and 256 of all. */
const MAX_BYTES = 256 * PIECE_BYTES;
const MAX_BYTES_OF_PERSON = 64 * PIECE_BYTES;
/** Connections of the pool's 20. */
const AT_ONCE = 4;
const AT_ONCE_OF_PERSON = 2;
const WAIT_MS = 10_000;
const BUSY_S = 5;

interface Opened {
  version: string;
  size: number;
  /** Of its beginning, or all of a small one. */
  start: Buffer;
  /** @returns the bytes of a range, or all; to be sent once */
  read(range?: Range): Uint8Array | Pieces;
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
  const gate = createByteGate({ max: MAX_BYTES, share: MAX_BYTES_OF_PERSON });
  const inTurn = createSemaphore({ atOnce: AT_ONCE, atOnceOfKey: AT_ONCE_OF_PERSON });

  async function takeTurn<T>(personId: string, work: () => Promise<T>): Promise<T> {
    const waiting = new AbortController();
    const timer = setTimeout(() => waiting.abort(busy(BUSY_S)), WAIT_MS);
    try {
      return await inTurn(personId, waiting.signal, () => {
        clearTimeout(timer);
        return work();
      });
    } finally {
      clearTimeout(timer);
    }
  }

  async function readPiece(personId: string, { path, read }: Source, { from, to }: Range): Promise<Buffer> {
    const piece = await takeTurn(personId, () => read(from, to - from));
    // The project was deleted meanwhile.
    if (piece?.length !== to - from) throw nothingAt(path);
    return piece;
  }

  async function* readPieces(personId: string, source: Source, { from, to }: Range, start: Buffer) {
    for (let at = from; at < to; at += PIECE_BYTES) {
      const end = Math.min(to, at + PIECE_BYTES);
      yield end <= start.length ? start.subarray(at, end) : await readPiece(personId, source, { from: at, to: end });
    }
  }

  const sourceOf = ({ projectId, path }: Pick<Wanted, 'projectId' | 'path'>, version: string): Source => ({
    path,
    read: (from, length) => copyPiece(db, projectId, version, from, length),
  });

  return {
    /**
     * @param hold counts what lies in memory for the reader, who lets it go
     * @returns null when the reader has this version already
     * @throws 404, 503 `busy`
     */
    async open(personId: string, wanted: Wanted, hold: Hold): Promise<Opened | { version: string; size: number; start: null }> {
      const { projectId, path, at, known } = wanted;
      const { version, size, content } = await files.read(projectId, path, { at, known, most: PIECE_BYTES });
      if (version === known) return { version, size, start: null };
      if (size > COUNTED_BYTES) hold.take(Math.min(size, PIECE_BYTES));
      const source = sourceOf(wanted, version);
      const start = content ?? (await readPiece(personId, source, { from: 0, to: PIECE_BYTES }));
      const whole = { from: 0, to: size };
      const read = ({ from, to }: Range = whole) =>
        content ? content.subarray(from, to) : { length: to - from, pieces: readPieces(personId, source, { from, to }, start) };
      return { version, size, start, read };
    },

    /**
     * All of a content that is no file of today's.
     * @param hold as `open` takes it
     * @throws 404, 503 `busy`
     */
    async readAll(personId: string, source: Source & { size: number }, hold: Hold): Promise<Uint8Array | Pieces> {
      const { size } = source;
      if (size > COUNTED_BYTES) hold.take(Math.min(size, PIECE_BYTES));
      const start = await readPiece(personId, source, { from: 0, to: Math.min(size, PIECE_BYTES) });
      return size <= PIECE_BYTES ? start : { length: size, pieces: readPieces(personId, source, { from: 0, to: size }, start) };
    },

    /** A version that a file has or had. @throws 404 */
    async version(projectId: string, version: string, path: string): Promise<Source & { size: number }> {
      const size = await files.sizeOf(projectId, version);
      if (size === undefined) throw nothingAt(path);
      return { ...sourceOf({ projectId, path }, version), size };
    },

    hold: (personId: string): Hold => gate.open(personId),
    /** Saves of large files wait here for their turn, and not each with a connection for the same project. @throws 503 `busy` */
    save: <T>(personId: string, bytes: number, work: () => Promise<T>): Promise<T> =>
      bytes > PIECE_BYTES ? takeTurn(personId, work) : work(),
    /** Bytes that lie in memory for readers. */
    inFlight: gate.inFlight,
  };
}
