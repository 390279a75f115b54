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

/** Of a match within the name alone. */
const IN_NAME = 20;
/** Of a matching character: at the start of the name, of a word, or right after the one before. */
const AT_NAME = 14;
const AT_WORD = 7;
const AFTER_OTHER = 9;
/** Of each character between two matching ones, and of each character of the path. */
const GAP = -0.5;
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
  const all = row && row.paths !== '' ? row.paths.split('\n') : [];
  const folded = fold(row?.paths ?? '').split('\n');
  let best: Ranked[] = [];
  let found = 0;
  for (const [index, path] of all.entries()) {
    const score = scoreName(query, path, folded[index] ?? '');
    if (score > -Infinity) {
      found++;
      best.push({ path, score });
    }
    // Sorting all of them would take longer than ranking them.
    if (best.length > 10 * MAX_SHOWN) best = bestOf(best);
    const turn = pace.rest();
    if (turn) await turn;
    if (turn && pace.isOver()) break;
  }
  const paths = bestOf(best).map(({ path }) => path);
  return { paths, truncated: found > paths.length || row?.count === MAX_RANKED || pace.isOver() };
}

interface Ranked {
  path: string;
  score: number;
}

const bestOf = (ranked: readonly Ranked[]): Ranked[] =>
  ranked.toSorted((a, b) => b.score - a.score || a.path.length - b.path.length).slice(0, MAX_SHOWN);

/** SQL folds ASCII letters alone, so it does not look for others. */
const toLike = (character: string): string => (character > '\x7f' ? '' : character.replace(/[\\%_]/, '\\$&'));

/**
 * The best way to find the characters of a folded query in a path, which is given folded too, in order: within its name, or else in all of it.
 * @returns -Infinity if there is none
 */
function scoreName(query: string, path: string, folded: string): number {
  const name = path.lastIndexOf('/') + 1;
  const length = path.length * LENGTH;
  if (contains(folded, query, name))
    return IN_NAME + length + scoreFrom(Math.max(name, path.length - MAX_SCORED), { query, path, folded, name });
  if (!contains(folded, query, 0)) return -Infinity;
  return length + Math.max(0, scoreFrom(Math.max(0, path.length - MAX_SCORED), { query, path, folded, name }));
}

function contains(folded: string, query: string, from: number): boolean {
  let at = from - 1;
  for (let index = 0; index < query.length; index++) {
    at = folded.indexOf(query[index] as string, at + 1);
    if (at < 0) return false;
  }
  return true;
}

interface Scored {
  query: string;
  path: string;
  folded: string;
  /** Where the name starts. */
  name: number;
}

/** By position: the best score with the latest character of the query at it, and at or before it; of this one and the one before. */
const rows = Array.from({ length: 4 }, () => new Float64Array(MAX_SCORED));

/** Takes time proportional to the length of the query times that of the path. @returns -Infinity if it is not there */
function scoreFrom(start: number, { query, path, folded, name }: Scored): number {
  let [at, upTo, lastAt, lastUpTo] = rows as [Float64Array, Float64Array, Float64Array, Float64Array];
  const width = path.length - start;
  for (let i = 0; i < query.length; i++) {
    [at, lastAt, upTo, lastUpTo] = [lastAt, at, lastUpTo, upTo];
    const gap = i === query.length - 1 ? 0 : GAP;
    let best = -Infinity;
    for (let j = 0; j < width; j++) {
      let score = -Infinity;
      if (query.charCodeAt(i) === folded.charCodeAt(start + j)) {
        const bonus = bonusAt(path, start + j, name);
        if (i === 0) score = bonus;
        else if (j > 0) score = Math.max((lastUpTo[j - 1] as number) + bonus, (lastAt[j - 1] as number) + Math.max(bonus, AFTER_OTHER));
      }
      at[j] = score;
      best = Math.max(score, best + gap);
      upTo[j] = best;
    }
  }
  return upTo[width - 1] ?? -Infinity;
}

function bonusAt(path: string, at: number, name: number): number {
  if (at === name) return AT_NAME;
  if (at === 0) return AT_WORD;
  const [before, character] = [path.charCodeAt(at - 1), path.charCodeAt(at)];
  const startsWord = isSeparator(before) || (isUpper(character) && !isUpper(before)) || (isDigit(character) && !isDigit(before));
  return startsWord ? AT_WORD : 0;
}

const separators = new Set([...'/-_. '].map((character) => character.charCodeAt(0)));
const isSeparator = (code: number) => separators.has(code);
const isUpper = (code: number) => code >= 65 && code <= 90;
const isDigit = (code: number) => code >= 48 && code <= 57;
