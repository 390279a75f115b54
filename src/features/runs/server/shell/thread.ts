/**
 * Loaded before anything else into the thread of a command, and into those that it starts for js-exec. Node counts
 * no WebAssembly memory against a thread’s bounds, and QuickJS does not keep its own: a script took 1.7 GB of the server’s before
 * it was ended, and takes 0.3 GB with this.
 */
import { setPriority } from 'node:os';
import { WASM_BYTES } from './bounds.ts';

const PAGE_BYTES = 64 * 1024;
/** A tenth of the processor time of a thread that answers people. */
const NICENESS = 10;

const { grow } = WebAssembly.Memory.prototype;
WebAssembly.Memory.prototype.grow = function (this: WebAssembly.Memory, pages: number): number {
  if (this.buffer.byteLength + pages * PAGE_BYTES > WASM_BYTES) throw new RangeError('A command may have no more memory than this.');
  return grow.call(this, pages);
};

try {
  // On Linux 0 is this thread; elsewhere it would be the whole server.
  if (process.platform === 'linux') setPriority(0, NICENESS);
} catch {
  // It is not allowed here.
}
