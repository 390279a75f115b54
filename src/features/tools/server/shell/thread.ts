/**
 * Loaded first in the thread of a command and in the threads it starts for js-exec. Node does not count WebAssembly memory against a
 * thread’s limits, and QuickJS does not respect its own: a script took 1.7 GB of the server’s memory before it was ended; with this
 * limit it takes 0.3 GB.
 */
import '#kernel/nice-thread.ts';
import { WASM_BYTES } from './bounds.ts';

const PAGE_BYTES = 64 * 1024;
const { grow } = WebAssembly.Memory.prototype;
WebAssembly.Memory.prototype.grow = function (this: WebAssembly.Memory, pages: number): number {
  if (this.buffer.byteLength + pages * PAGE_BYTES > WASM_BYTES) throw new RangeError('A command may not use more memory than this.');
  return grow.call(this, pages);
};
