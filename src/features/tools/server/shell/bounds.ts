/** What one command may take. */

/** Of the project's files, all of which a command is given. */
export const MAX_PROJECT_FILES = 5000;
export const MAX_PROJECT_BYTES = 32 * 1024 * 1024;
/** What its files may grow to. */
export const MAX_FILE_SYSTEM_BYTES = 96 * 1024 * 1024;

export const DEFAULT_SECONDS = 30;
export const MAX_SECONDS = 120;

/** Characters that are given back of what it writes out, and of what it says about errors. */
export const MAX_STDOUT = 1_000_000;
export const MAX_STDERR = 10_000;

/** Files that it may change: no change of a project has more. */
export const MAX_CHANGED_FILES = 5000;
/** Paths that are named of what is not kept; the rest is counted. */
export const MAX_NAMED = 200;

/** Of JavaScript’s own memory; what it takes beyond that ends the thread and nothing else. */
export const HEAP_MB = 192;
/** Of WebAssembly’s, for each of its modules. */
export const WASM_BYTES = 128 * 1024 * 1024;
