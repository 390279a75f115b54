/**
 * Which turns of a conversation are on the page: a stretch of it, so that a run of a thousand steps costs no more than one of
 * twenty. Counted in groups of turns, which are drawn anew only when a turn in them has changed.
 */

/** Turns drawn together. */
export const GROUP = 10;
/** Groups at the end of a conversation that is followed. */
const AT_END = 5;
/** Groups on the page at most while somebody reads. */
const MOST = 16;

/** Groups `[from, to)`. */
export interface Span {
  from: number;
  to: number;
}

export const countGroups = (turns: number): number => Math.ceil(turns / GROUP);
export const endSpan = (groups: number): Span => ({ from: Math.max(0, groups - AT_END), to: groups });

/** One group more above; those too far below go. */
export function earlier({ from, to }: Span): Span {
  const start = Math.max(0, from - 1);
  return { from: start, to: Math.min(to, start + MOST) };
}

/** One group more below; those too far above go. */
export function later({ from, to }: Span, groups: number): Span {
  const end = Math.min(groups, to + 1);
  return { from: Math.max(from, end - MOST), to: end };
}
