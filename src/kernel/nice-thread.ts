/** Loaded into a thread that works beside those that answer people: it takes the processor when they do not. */
import { setPriority } from 'node:os';

/** A tenth of the processor time of a thread that answers people. */
const NICENESS = 10;

try {
  // On Linux 0 is this thread; elsewhere it would be the whole server.
  if (process.platform === 'linux') setPriority(0, NICENESS);
} catch {
  // It is not allowed here.
}
