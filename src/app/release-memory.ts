/**
 * Releases memory that only startup needed. V8 grows its young generation to 64 MB while modules load, and keeps that size while a process
 * idles; a full collection that reduces memory (50 ms) shrinks it to its initial size. It grows again under load, unlike with
 * `--max-semi-space-size`, which cost up to 15 % of the requests in docs/performance.md.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

export function releaseMemory(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as NodeJS.GCFunction;
  setFlagsFromString('--no-expose-gc');
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
