/** Finds files by parts of their paths, best first: the scoring of fzy, with the name of the file before its folders. */
import type { Database } from '#kernel/database/pool.ts';
import { withSignal } from '#kernel/database/statement.ts';
import { fold } from './fold.ts';
import { createPace } from './pace.ts';
import * as sql from './queries.ts';

const MAX_SHOWN = 100;
/** Paths that are ranked; of more, those that sort last are left out. */
const MAX_RANKED = 50_000;
const MAX_MS = 1000;
/** Characters of a path that are scored: its end, where the name is. */
const MAX_SCORED = 120;

/** Of a matching character: at the start of the name, of a word, or right after the one before. */
const AT_NAME = 10;
const AT_WORD = 7;
const AFTER_OTHER = 9;
const IN_NAME = 2;
/** Of each character between two matching ones, and of each character of the path. */
const GAP = -0.1;
const LENGTH = -0.05;

export async function findNames(
  db: Database,
  projectId: string,
  text: string,
  signal: AbortSignal,
): Promise<{ paths: string[]; truncated: boolean }> {
  const query = fold(text.normalize('NFC').replace(/\s+/g, ''));
  const pattern = `%${[...query].map(toLike).join('%')}%`;
  const [row] = await sql.selectPathsLike(withSignal(signal, db), { projectId, pattern, limit: MAX_RANKED });
  const pace = createPace(MAX_MS, signal);
  const ranked: { path: string; score: number }[] = [];
  for (const path of row && row.paths !== '' ? row.paths.split('\n') : []) {
    const score = scoreName(query, path);
    if (score > -Infinity) ranked.push({ path, score });
    const turn = pace.rest();
    if (turn) await turn;
    if (turn && pace.isOver()) break;
  }
  ranked.sort((a, b) => b.score - a.score || a.path.length - b.path.length);
  const paths = ranked.slice(0, MAX_SHOWN).map(({ path }) => path);
  return { paths, truncated: ranked.length > paths.length || row?.count === MAX_RANKED || pace.isOver() };
}

/** SQL folds ASCII letters alone, so it does not look for others. */
const toLike = (character: string): string => (character > '\x7f' ? '' : character.replace(/[\\%_]/, '\\$&'));

/**
 * The best way to find the characters of a folded query in a path, in order.
 * @returns -Infinity if there is none
 */
export function scoreName(query: string, path: string): number {
  const folded = fold(path);
  if (!contains(folded, query)) return -Infinity;
  const start = Math.max(0, path.length - MAX_SCORED);
  const bonuses = bonusesOf(path, start);
  const width = path.length - start;
  /** By position: the best score with the latest character of the query at it, and at or before it. */
  let [at, upTo] = [new Float64Array(width), new Float64Array(width)];
  for (let i = 0; i < query.length; i++) {
    const [nextAt, nextUpTo] = [new Float64Array(width), new Float64Array(width)];
    let best = -Infinity;
    for (let j = 0; j < width; j++) {
      let score = -Infinity;
      if (query[i] === folded[start + j]) {
        const bonus = bonuses[j] ?? 0;
        const before = j === 0 ? -Infinity : (upTo[j - 1] ?? 0);
        const adjacent = j === 0 ? -Infinity : (at[j - 1] ?? 0);
        score = i === 0 ? bonus : Math.max(before + bonus, adjacent + Math.max(bonus, AFTER_OTHER));
      }
      nextAt[j] = score;
      best = Math.max(score, best + (i === query.length - 1 ? 0 : GAP));
      nextUpTo[j] = best;
    }
    [at, upTo] = [nextAt, nextUpTo];
  }
  const score = query === '' ? 0 : (upTo[width - 1] ?? -Infinity);
  // Found, but not within the end of a long path.
  return (score > -Infinity ? score : 0) + path.length * LENGTH;
}

function contains(folded: string, query: string): boolean {
  let at = -1;
  for (const character of query) {
    at = folded.indexOf(character, at + 1);
    if (at < 0) return false;
  }
  return true;
}

function bonusesOf(path: string, start: number): number[] {
  const name = path.lastIndexOf('/') + 1;
  return Array.from({ length: path.length - start }, (_, index) => {
    const at = start + index;
    const inName = at >= name ? IN_NAME : 0;
    if (at === name) return inName + AT_NAME;
    return inName + (isWordStart(path, at) ? AT_WORD : 0);
  });
}

function isWordStart(path: string, at: number): boolean {
  if (at === 0) return true;
  const [before = '', character = ''] = [path[at - 1], path[at]];
  return (
    /[/\\\-_. ]/.test(before) || (/\p{Lu}/u.test(character) && !/\p{Lu}/u.test(before)) || (/\d/.test(character) && !/\d/.test(before))
  );
}
