/** What came of requests, and for how long none of a class succeeded. */

/** Reads are GET. */
type RequestClass = 'reads' | 'writes';

export interface Outcome {
  class: RequestClass;
  /** The contract's name. */
  request: string;
  /** Such as `201`, `503 database_unavailable`, or `cut off` if there was no reply. */
  result: string;
  /** Milliseconds of the same clock. */
  sentAt: number;
  endedAt: number;
}

/**
 * What a fault may cost: no reply, or one that says to try again. After a write without a reply, the next one may be based on an outdated
 * version (412). Anything else is a promise broken, such as a 401 for a session that lives, or a 500.
 */
const honest = /^(?:2\d\d|412 changed_meanwhile|502|503|503 [a-z_]+|504|cut off)$/;
export const isHonest = (result: string): boolean => honest.test(result);
const hasWorked = ({ result }: Outcome) => /^2\d\d$/.test(result);

/** How often each result other than success came, by class. */
export function countErrors(outcomes: readonly Outcome[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) {
    if (hasWorked(outcome)) continue;
    const what = `${outcome.class}: ${outcome.result}`;
    counts[what] = (counts[what] ?? 0) + 1;
  }
  return counts;
}

export const dishonest = (outcomes: readonly Outcome[]): string[] =>
  Object.keys(countErrors(outcomes.filter(({ result }) => !isHonest(result))));

/** @returns seconds of the longest time in which no request of a class succeeded, from the first to the last request */
export function longestOutage(outcomes: readonly Outcome[], of: RequestClass): number {
  const all = outcomes.filter((outcome) => outcome.class === of);
  const successes = all.filter(hasWorked).map(({ endedAt }) => endedAt);
  const begun = Math.min(...all.map(({ sentAt }) => sentAt));
  const ended = Math.max(...all.map(({ endedAt }) => endedAt));
  const times = [begun, ...successes.sort((a, b) => a - b), ended];
  return Math.max(...times.slice(1).map((at, index) => at - (times[index] ?? at))) / 1000;
}

/** @returns the request that took longest, with or without success, such as `1.2 s readFile: 200` */
export function longestWait(outcomes: readonly Outcome[]): string {
  const [longest] = outcomes.toSorted((a, b) => b.endedAt - b.sentAt - (a.endedAt - a.sentAt));
  return longest ? `${((longest.endedAt - longest.sentAt) / 1000).toFixed(1)} s ${longest.request}: ${longest.result}` : '';
}
