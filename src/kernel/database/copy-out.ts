/**
 * Streams raw bytes from PostgreSQL. The driver reads rows as text, where a `bytea` takes twice its size, plus a string; COPY data passes
 * through unchanged: a third of the time, and less than half of the CPU time.
 */
import pg from 'pg';

/** Signature, flags and length of the (absent) extension; then, for each row, the number of its columns and their lengths. */
const HEADER_BYTES = 19;
const NO_MORE_ROWS = -1;

export interface Bytes {
  bytes: Buffer;
}

/** A COPY … TO STDOUT (FORMAT BINARY) of one column, as a query whose rows contain its bytes. */
export class CopyOut extends pg.Query {
  readonly #chunks: Buffer[] = [];

  constructor(text: string, settle: (error: Error | null, result?: { rows: Bytes[] }) => void) {
    super(text, undefined, ((error: Error | null) => settle(error, error ? undefined : { rows: readRows(this.#chunks) })) as never);
  }

  /** Called by the driver, which reuses the chunk's memory. */
  handleCopyData({ chunk }: { chunk: Buffer }): void {
    this.#chunks.push(Buffer.from(chunk));
  }
}

function readRows(chunks: Buffer[]): Bytes[] {
  const all = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
  const rows: Bytes[] = [];
  for (let at = HEADER_BYTES; at + 2 <= all.length && all.readInt16BE(at) !== NO_MORE_ROWS; ) {
    const length = Math.max(0, all.readInt32BE(at + 2));
    rows.push({ bytes: all.subarray(at + 6, at + 6 + length) });
    at += 6 + length;
  }
  return rows;
}
