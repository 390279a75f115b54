/** A thread that compares and merges texts: on the main thread, a megabyte of lines that all differ would block every request. */
import '#kernel/nice-thread.ts';
import { parentPort } from 'node:worker_threads';
import { mergeText } from '../merge-text.ts';
import { diffText, type TextDiff } from './diff.ts';
import { type Contents, type Folded, fold, type Step } from './fold.ts';
import { type Traced, traceLines } from './history/blame-lines.ts';
import { readText } from './text.ts';

export type Job =
  /** Null: no file. A diff of more characters is too large. */
  | { do: 'diff'; before: Uint8Array | null; after: Uint8Array | null; maxText: number }
  | { do: 'merge'; base: Uint8Array; ours: Uint8Array; theirs: Uint8Array }
  /** A version without content is too large. */
  | { do: 'fold'; steps: Step[]; current: string | null; contents: Map<string, Uint8Array | null> }
  /** As `traceLines`, up to a content that is too large (null). `maxMs`: processor time. */
  | { do: 'trace'; contents: (Uint8Array | null)[]; open: Int32Array<ArrayBuffer> | null; maxMs: number };

export type Answer = {
  /** Processor time, in ms. */
  took: number;
  found: TextDiff | Merged | Folded | Traced;
};
/** Null: there is a conflict, or it is not text. */
export type Merged = { merged: Uint8Array | null };

const bytes = (content: Uint8Array): Buffer => Buffer.from(content.buffer, content.byteOffset, content.byteLength);

function work(job: Job): Answer['found'] {
  switch (job.do) {
    case 'diff':
      return diff(job);
    case 'merge':
      return merge(job);
    case 'fold':
      return fold(job.steps, job.current, readerOf(job.contents));
    case 'trace':
      return trace(job);
  }
}

function diff({ before, after, maxText }: Extract<Job, { do: 'diff' }>): TextDiff {
  const found = diffText(before && bytes(before), after && bytes(after));
  return 'diff' in found && found.diff.length > maxText ? { reason: 'too_large' } : found;
}

function merge({ base, ours, theirs }: Extract<Job, { do: 'merge' }>): Merged {
  const [was, is, wanted] = [base, ours, theirs].map((content) => readText(bytes(content)));
  if (was === undefined || is === undefined || wanted === undefined) return { merged: null };
  const merged = mergeText(was, is, wanted);
  return { merged: 'text' in merged ? Buffer.from(merged.text) : null };
}

function readerOf(contents: ReadonlyMap<string, Uint8Array | null>): Contents {
  return (version) => {
    const content = contents.get(version);
    if (!content) return { reason: 'too_large' };
    const text = readText(bytes(content));
    return text === undefined ? { reason: 'binary' } : { text };
  };
}

function trace({ contents, open, maxMs }: Extract<Job, { do: 'trace' }>): Traced {
  const start = process.threadCpuUsage();
  const end = contents.indexOf(null);
  const texts = contents.slice(0, end < 0 ? undefined : end).map((content) => (content ? readText(bytes(content)) : undefined));
  return traceLines(texts, open, () => spentSince(start) > maxMs);
}

function spentSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.threadCpuUsage(start);
  return (user + system) / 1000;
}

parentPort?.on('message', (job: Job) => {
  const start = process.threadCpuUsage();
  const found = work(job);
  parentPort?.postMessage({ took: spentSince(start), found } satisfies Answer);
});
