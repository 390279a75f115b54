/** Conditions for writing to the log of a run, as SQL on the row `r` of `runs`; the arguments are SQL too. */

/** No other server has claimed the run since. */
export const isHeldBy = (fence: string): string => `r.status = 'running' and r.fence = ${fence}`;

interface Written {
  /** Fence of the server that has claimed the run; null for events of people. */
  fence: string;
  /** The newest event known to the writer; null if that does not matter. */
  seen: string;
  /** New status of the run; null to keep it. */
  status: string;
}

/**
 * The run is not lost to another server, the log has no newer events, and the new status fits what people asked for: a run stops only
 * while a stop is requested, which a message may have withdrawn, and does not wait or pause while one is.
 */
export const mayWrite = ({ fence, seen, status }: Written): string =>
  `(${fence} is null or (${isHeldBy(fence)})) and (${seen} is null or r.last_event = ${seen})
       and (${status} is distinct from 'stopped' or r.stop_requested)
       and (coalesce(${status}, '') not in ('waiting', 'queued') or not r.stop_requested)`;
