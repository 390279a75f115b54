import type { SearchQuery } from '@codemirror/search';
import type { EditorState } from '@codemirror/state';

interface MatchCount {
  all: number;
  /** Which of them is selected, from 1; 0: none. */
  at: number;
  /** There are more than were counted. */
  more: boolean;
}

/** Counting takes no longer than a frame or two, whatever the file. */
const MAX_MATCHES = 9_999;
const MAX_MS = 40;

export function countMatches(state: EditorState, query: SearchQuery): MatchCount {
  const { from, to } = state.selection.main;
  const deadline = performance.now() + MAX_MS;
  const cursor = query.getCursor(state);
  let all = 0;
  let at = 0;
  for (let next = cursor.next(); !next.done; next = cursor.next()) {
    if (all === MAX_MATCHES || (all % 256 === 255 && performance.now() > deadline)) return { all, at, more: true };
    all++;
    if (next.value.from === from && next.value.to === to) at = all;
  }
  return { all, at, more: false };
}
