import type { Match } from '#features/files/search-contract.ts';

export interface FileMatches {
  path: string;
  matches: readonly Match[];
}

/** @param matches sorted by path */
export function groupMatches(matches: readonly Match[]): FileMatches[] {
  const groups: { path: string; matches: Match[] }[] = [];
  for (const match of matches) {
    const last = groups.at(-1);
    if (last?.path === match.path) last.matches.push(match);
    else groups.push({ path: match.path, matches: [match] });
  }
  return groups;
}

/** A line in three parts: before the match, the match, and after it. The indentation is left out. */
export function splitLine({ text, offset, length }: Pick<Match, 'text' | 'offset' | 'length'>): [string, string, string] {
  const start = Math.min(text.length - text.trimStart().length, offset);
  return [text.slice(start, offset), text.slice(offset, offset + length), text.slice(offset + length).trimEnd()];
}
