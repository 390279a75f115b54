/**
 * Loaded before a server (`--import`), into each of its processes: says over a socket in SOAK_PROBES what the process keeps, after a garbage
 * collection.
 */
import { EventEmitter } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isMainThread } from 'node:worker_threads';

/** What one process keeps. */
export interface Kept {
  /** Bytes that are reachable. */
  heap: number;
  /** Buffers outside the heap, in bytes. */
  buffers: number;
  /** Sockets, pipes, files being watched. */
  handles: number;
  timers: number;
  /** Of the process and of everything that has a handle. */
  listeners: number;
  /** Node's warnings of emitters with too many listeners, since the start. */
  warnings: string[];
}

const folder = process.env['SOAK_PROBES'];
const warnings: string[] = [];

/** Members of Node that its types omit. */
const { _getActiveHandles: activeHandles } = process as unknown as { _getActiveHandles(): unknown[] };

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // What only finalizers held is freed by the second one.
  collect();
  collect();
}

function look(): Kept {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  const resources = process.getActiveResourcesInfo();
  const isTimer = (name: string) => name === 'Timeout' || name === 'Immediate';
  const emitters = [process, ...activeHandles.call(process)].filter((one) => one instanceof EventEmitter);
  const listeners = emitters.flatMap((emitter) => emitter.eventNames().map((name) => emitter.listenerCount(name)));
  return {
    heap: heapUsed,
    buffers: arrayBuffers,
    handles: resources.filter((name) => !isTimer(name)).length,
    timers: resources.filter(isTimer).length,
    listeners: listeners.reduce((sum, count) => sum + count, 0),
    warnings,
  };
}

/** Not by the event `warning`: a server removes all listeners of that at its start. */
function keepWarnings(): void {
  const emitWarning = process.emitWarning.bind(process) as (...given: unknown[]) => void;
  process.emitWarning = (...given: unknown[]) => {
    const [warning] = given;
    if (warning instanceof Error && warning.name === 'MaxListenersExceededWarning') warnings.push(warning.message);
    emitWarning(...given);
  };
}

if (isMainThread && folder !== undefined) {
  keepWarnings();
  createServer((socket) => socket.end(JSON.stringify(look())))
    .listen(join(folder, `${process.pid}.sock`))
    .unref();
}
