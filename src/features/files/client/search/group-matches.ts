import type { Match } from '#features/files/search-contract.ts';

export interface FileMatches {
  path: string;
  matches: readonly ShownMatch[];
}

export interface ShownMatch extends Match {
  /** Lines are left out before it. */
  gap?: boolean;
}

/** @param matches sorted by path */
export function groupMatches(matches: readonly Match[]): FileMatches[] {
  const groups: { path: string; matches: Match[] }[] = [];
  for (const match of matches) {
    const last = groups.at(-1);
    if (last?.path === match.path) last.matches.push(match);
    else groups.push({ path: match.path, matches: [match] });
  }
  return groups.map(({ path, matches: found }) => ({ path, matches: shareContext(found) }));
}

/** Shows each line around matches once, however many matches are near it. @param matches of one file, in order */
function shareContext(matches: readonly Match[]): ShownMatch[] {
  let shownTo = 0;
  return matches.map((match, index) => {
    const { line, before, after } = match;
    if (!before && !after) return match;
    const next = matches[index + 1]?.line ?? Number.POSITIVE_INFINITY;
    const first = line - (before?.length ?? 0);
    const shown = {
      ...match,
      gap: shownTo > 0 && first > shownTo + 1,
      before: (before ?? []).filter((_, at) => first + at > shownTo),
      after: (after ?? []).filter((_, at) => line + 1 + at < next),
    };
    shownTo = line + shown.after.length;
    return shown;
  });
}

/** A line in three parts: before the match, the match, and after it. The indentation is left out. */
export function splitLine({ text, offset, length }: Pick<Match, 'text' | 'offset' | 'length'>): [string, string, string] {
  const start = Math.min(text.length - text.trimStart().length, offset);
  return [text.slice(start, offset), text.slice(offset, offset + length), text.slice(offset + length).trimEnd()];
}
