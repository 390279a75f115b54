/**
 * Releases memory that only startup needed. V8 grows its young generation to 64 MB while modules load, and keeps that size while a process
 * idles; a full collection that reduces memory (50 ms) shrinks it to its initial size. It grows again under load, unlike with
 * `--max-semi-space-size`, which cost up to 15 % of the requests in docs/performance.md.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let collector: NodeJS.GCFunction | undefined;

function collect(options: Parameters<NodeJS.GCFunction>[0]): void {
  if (!collector) {
    setFlagsFromString('--expose-gc');
    collector = runInNewContext('gc') as NodeJS.GCFunction;
    setFlagsFromString('--no-expose-gc');
  }
  collector(options);
}

export const releaseMemory = (): void => collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });

/** Frees buffers that were just used, in about a millisecond: V8 lets many of them add up, and the process keeps their pages for good. */
export const releaseBuffers = (): void => collect({ type: 'minor', execution: 'sync' });
