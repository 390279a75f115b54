/**
 * How far into the primary's log a caller has seen, as PostgreSQL writes it: `16/B374D848`. Sent only by installations with replicas: with
 * every write, and ahead of events. Callers send back the latest that they were given.
 */

export const POSITION_HEADER = 'guildhall-position';
export const POSITION_COOKIE = 'guildhall.position';
/** Longer than a replica that is read from may be behind. */
export const POSITION_COOKIE_S = 120;

/** For every path: a page reads it too. */
export const cookieOf = (position: string): string => `${POSITION_COOKIE}=${position}; Max-Age=${POSITION_COOKIE_S}; Path=/; SameSite=Lax`;
/** An event of every stream, without an id. Its data is the position. */
export const POSITION_EVENT = 'position';

/** Later than any: a caller that names it reads from the primary. */
export const LATEST = Number.MAX_SAFE_INTEGER;

const POSITION = /^([0-9A-F]{1,8})\/([0-9A-F]{1,8})$/;
const HALF = 2 ** 32;

/** @returns as a number, which is exact up to 8 PB of log; undefined if it is not a position */
export function parsePosition(text: string | null | undefined): number | undefined {
  const [, high, low] = POSITION.exec(text ?? '') ?? [];
  if (high === undefined || low === undefined) return undefined;
  return Math.min(Number.parseInt(high, 16) * HALF + Number.parseInt(low, 16), LATEST);
}

export const formatPosition = (position: number): string =>
  `${Math.floor(position / HALF).toString(16)}/${(position % HALF).toString(16)}`.toUpperCase();
