/** The comparisons and merges of one request, in the thread, with a time limit. */
import type { LRUCache } from 'lru-cache';
import { type createThread, ThreadBound } from '#kernel/thread.ts';
import type { Answer, Job, Merged } from './compare-worker.ts';
import { MAX_DIFF_BYTES, type TextDiff } from './diff.ts';
import type { Folded, Step } from './fold.ts';
import type { Traced } from './history/blame-lines.ts';

export type Session = ReturnType<typeof createSession>;

interface Comparing {
  thread: ReturnType<typeof createThread<Job, Answer>>;
  /** Cached diffs, by both versions and their size limit. */
  cachedDiffs: LRUCache<string, TextDiff>;
  /** The caller's. */
  signal: AbortSignal;
}

/** Processor time for all comparisons of one request, in ms; later ones count as too large. */
const MAX_MS = 3000;

/** A requested diff. */
interface Wanted {
  /** Versions of the contents; null: no file. */
  before: string | null;
  after: string | null;
  /** In characters; a longer one is too large. */
  maxText: number;
}

const keyOf = ({ before, after, maxText }: Wanted) => `${before} ${after} ${maxText}`;

/** The comparisons of one request. */
export function createSession({ thread, cachedDiffs, signal }: Comparing) {
  let left = MAX_MS;

  /** @returns undefined if the time limit is reached, or the job takes too much */
  async function ask(job: Job, transfer: ArrayBuffer[]): Promise<Answer['found'] | undefined> {
    signal.throwIfAborted();
    if (left <= 0) return undefined;
    try {
      const { took, found } = await thread.run(job, transfer);
      left -= took;
      return found;
    } catch (error) {
      if (!(error instanceof ThreadBound)) throw error;
      left = 0;
      return undefined;
    }
  }

  return {
    /** Processor time so far. */
    spentMs: () => MAX_MS - left,

    /** The same, if it is cached. */
    cachedDiff: (wanted: Wanted): TextDiff | undefined => cachedDiffs.get(keyOf(wanted)),

    async diff(wanted: Wanted, before: Buffer | null, after: Buffer | null): Promise<TextDiff> {
      if ([before, after].some((content) => content && content.length > MAX_DIFF_BYTES)) return { reason: 'too_large' };
      const [from, to] = [before && copy(before), after && copy(after)];
      const found = await ask({ do: 'diff', before: from, after: to, maxText: wanted.maxText }, buffersOf(from, to));
      if (!found) return { reason: 'too_large' };
      cachedDiffs.set(keyOf(wanted), found as TextDiff);
      return found as TextDiff;
    },

    /** @returns undefined if there is a conflict, or it takes too long */
    async merge(base: Buffer, ours: Buffer, theirs: Buffer): Promise<Buffer | undefined> {
      const [was, is, wanted] = [copy(base), copy(ours), copy(theirs)];
      const found = await ask({ do: 'merge', base: was, ours: is, theirs: wanted }, buffersOf(was, is, wanted));
      const { merged } = (found ?? { merged: null }) as Merged;
      return merged ? toBuffer(merged) : undefined;
    },

    /** As `traceLines`. @param contents newest first; null if they are too large, which ends it. @returns undefined if it takes too long */
    async traceLines(
      contents: readonly (Buffer | null)[],
      open: Int32Array<ArrayBuffer> | null,
      maxMs: number,
    ): Promise<Traced | undefined> {
      const copies = contents.map((content) => content && copy(content));
      return (await ask({ do: 'trace', contents: copies, open, maxMs }, buffersOf(...copies))) as Traced | undefined;
    },

    /** As `fold`, with contents. @param contents null if they are too large */
    async fold(steps: readonly Step[], current: string | null, contents: ReadonlyMap<string, Buffer | null>): Promise<Folded> {
      const copies = new Map([...contents].map(([version, content]) => [version, content && copy(content)]));
      const plain = steps.map(({ number, before, after, previous }) => ({ number, before, after, previous }));
      const found = await ask({ do: 'fold', steps: plain, current, contents: copies }, buffersOf(...copies.values()));
      const folded = (found ?? { reason: 'too_large' }) as Folded;
      return 'content' in folded && folded.content ? { ...folded, content: toBuffer(folded.content) } : folded;
    },
  };
}

/** Copies the bytes into a separate buffer, which can be transferred. */
const copy = (content: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(content);
const buffersOf = (...contents: (Uint8Array<ArrayBuffer> | null)[]): ArrayBuffer[] => contents.flatMap((content) => content?.buffer ?? []);
const toBuffer = (content: Uint8Array): Buffer => Buffer.from(content.buffer, content.byteOffset, content.byteLength);
