/** When something may be written to the log of a run, as SQL about the row `r` of `runs`; the arguments are SQL as well. */

/** Nobody else has claimed the run since. */
export const isHeldBy = (fence: string): string => `r.status = 'running' and r.fence = ${fence}`;

interface Written {
  /** Of the server that works on the run; null for what a person adds. */
  fence: string;
  /** The newest event when this was decided; null where that does not matter. */
  seen: string;
  /** What the run becomes; null where it stays what it is. */
  status: string;
}

/**
 * The run is not lost to another server, nothing has come in between, and what the run becomes fits what people asked of it: it stops
 * only while a stop is requested, which a message may have taken back, and does not wait or pause when one is.
 */
export const mayWrite = ({ fence, seen, status }: Written): string =>
  `(${fence} is null or (${isHeldBy(fence)})) and (${seen} is null or r.last_event = ${seen})
       and (${status} is distinct from 'stopped' or r.stop_requested)
       and (coalesce(${status}, '') not in ('waiting', 'queued') or not r.stop_requested)`;
