/** Limits of one command. */

/** Limits of the project: a command gets a copy of all its files. */
export const MAX_PROJECT_FILES = 5000;
export const MAX_PROJECT_BYTES = 32 * 1024 * 1024;
/** Size the files may grow to. */
export const MAX_FILE_SYSTEM_BYTES = 96 * 1024 * 1024;

export const DEFAULT_SECONDS = 30;
export const MAX_SECONDS = 120;

/** Characters returned of standard output and standard error. */
export const MAX_STDOUT = 1_000_000;
export const MAX_STDERR = 10_000;

/** Files it may change: the limit of one change of a project. */
export const MAX_CHANGED_FILES = 5000;
/** Paths named among those not stored; the rest are counted. */
export const MAX_NAMED = 200;

/** JavaScript heap; exceeding it ends only this thread. */
export const HEAP_MB = 192;
/** WebAssembly memory of each module. */
export const WASM_BYTES = 128 * 1024 * 1024;
