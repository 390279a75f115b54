/** Loaded into a worker thread that runs alongside those that handle requests: it gets the CPU only when they do not need it. */
import { setPriority } from 'node:os';

/** A tenth of the CPU time of a thread that handles requests. */
const NICENESS = 10;

try {
  // On Linux 0 is this thread; elsewhere it would be the whole server.
  if (process.platform === 'linux') setPriority(0, NICENESS);
} catch {
  // Not permitted here.
}
