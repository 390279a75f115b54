/**
 * Loaded before anything else into the thread of a command, and into those that it starts for js-exec. Node counts
 * no WebAssembly memory against a thread’s bounds, and QuickJS does not keep its own: a script took 1.7 GB of the server’s before
 * it was ended, and takes 0.3 GB with this.
 */
import '#kernel/nice-thread.ts';
import { WASM_BYTES } from './bounds.ts';

const PAGE_BYTES = 64 * 1024;
const { grow } = WebAssembly.Memory.prototype;
WebAssembly.Memory.prototype.grow = function (this: WebAssembly.Memory, pages: number): number {
  if (this.buffer.byteLength + pages * PAGE_BYTES > WASM_BYTES) throw new RangeError('A command may not use more memory than this.');
  return grow.call(this, pages);
};
