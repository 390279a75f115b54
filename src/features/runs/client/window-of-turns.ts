/**
 * Which turns of a conversation are on the page: a window, so that a run of a thousand steps costs no more than one of twenty. Counted in
 * groups of turns; a group renders again only when one of its turns has changed.
 */

/** Turns rendered together. */
export const GROUP = 10;
/** Groups on the page while following the end of a conversation. */
const AT_END = 5;
/** Maximum groups on the page while reading further up. */
const MOST = 16;

/** Groups `[from, to)`. */
export interface Span {
  from: number;
  to: number;
}

export const countGroups = (turns: number): number => Math.ceil(turns / GROUP);
export const endSpan = (groups: number): Span => ({ from: Math.max(0, groups - AT_END), to: groups });

/** Adds one group above; groups too far below are removed. */
export function earlier({ from, to }: Span): Span {
  const start = Math.max(0, from - 1);
  return { from: start, to: Math.min(to, start + MOST) };
}

/** Adds one group below; groups too far above are removed. */
export function later({ from, to }: Span, groups: number): Span {
  const end = Math.min(groups, to + 1);
  return { from: Math.max(from, end - MOST), to: end };
}
