/**
 * The only dialect of path patterns. `*` and `?` stay within a segment, `**` spans any number of segments. A pattern without a slash
 * matches files in any folder; one that ends in a slash matches everything below that folder. Patterns are in NFC, like paths.
 * A search glob also supports `{a,b}`, for alternatives, and `[a-z]` or `[!a-z]`, for one character. Stored patterns, in policies and
 * triggers, treat both literally: a rule for `src/[id].ts` matches that file.
 */
import { ANY, type CharacterClass, compile, END, type Matches, NOT_SLASH, type Place } from './glob-automaton.ts';
import { texts } from './texts.ts';

/** Thrown for an invalid glob; its message explains why. */
export class InvalidGlob extends Error {}

/** Most places in all alternatives of a glob: each character of a path takes a few steps per 32 of them. */
const MAX_PLACES = 5000;

const segments: Place = { takes: ANY, several: true, segments: true };

/** @throws InvalidGlob if brackets contain no character, a range is out of order, or `{a,b}{c,d}…` expands to too many patterns */
export function compileGlob(glob: string): Matches {
  const tokens = normalize(glob).match(/\*\*+\/?|\[[!^]?\]?[^\]/]*\]|[\s\S]/gu) ?? [];
  const alternatives = expand(tokens);
  return compile(alternatives.flatMap((alternative) => [...rootAt(glob, alternative.map(toPlaceOfGlob)), END]));
}

/** A stored pattern: only `*`, `?` and `**` are special. */
export function compilePath(pattern: string): Matches {
  const tokens = normalize(pattern).match(/\*\*+\/?|[\s\S]/gu) ?? [];
  return compile([...rootAt(pattern, tokens.map(toItem)), END]);
}

export const matchesPath = (pattern: string, path: string): boolean => cached(paths, pattern, compilePath)(path);

/** Tool names have no segments: `*` matches everything. */
export const matchesName = (pattern: string, name: string): boolean => cached(names, pattern, compileName)(name);

const compileName = (pattern: string): Matches =>
  compile([
    ...[...pattern].map((part): Place => (part === '*' ? { takes: ANY, several: true } : { takes: part === '?' ? ANY : part })),
    END,
  ]);

/** Removes the slash that anchors it at the root, and adds everything below a folder. */
function normalize(pattern: string): string {
  const rooted = pattern.normalize('NFC').replace(/^\//, '');
  return rooted.endsWith('/') ? `${rooted}**` : rooted;
}

const rootAt = (pattern: string, items: Place[]): Place[] => (pattern.includes('/') ? items : [segments, ...items]);

function toItem(token: string): Place {
  if (token.startsWith('**')) return token.endsWith('/') ? segments : { takes: ANY, several: true };
  if (token === '*') return { takes: NOT_SLASH, several: true };
  return { takes: token === '?' ? NOT_SLASH : token };
}

const toPlaceOfGlob = (token: string): Place => (token.length > 1 && token.startsWith('[') ? { takes: readClass(token) } : toItem(token));

/** @throws InvalidGlob */
function readClass(token: string): CharacterClass {
  const negated = /^\[[!^]/.test(token);
  const members = [...token.slice(negated ? 2 : 1, -1)];
  if (members.length === 0 && !negated) throw new InvalidGlob(texts.glob.noCharacter(token));
  const ranges: [from: string, to: string][] = [];
  for (let at = 0; at < members.length; at++) {
    const [from = '', dash, to] = members.slice(at, at + 3);
    const isRange = dash === '-' && to !== undefined;
    if (isRange && from > to) throw new InvalidGlob(texts.glob.backwards(from, to, token));
    ranges.push([from, isRange ? to : from]);
    if (isRange) at += 2;
  }
  return (character) => character !== '/' && negated !== ranges.some(([from, to]) => from <= character && character <= to);
}

/** @returns the alternatives of `{a,b}`, also nested; an unclosed brace ends with the glob */
function expand(tokens: readonly string[]): string[][] {
  /** For each open brace: the texts before it, and the finished branches. */
  const open: { before: string[][]; done: string[][] }[] = [];
  let current: string[][] = [[]];
  function close(): void {
    const { before, done } = open.pop() ?? { before: [[]], done: [] };
    const branches = [...done, ...current];
    requireFew(before.length * branches.length);
    current = before.flatMap((head) => branches.map((tail) => [...head, ...tail]));
  }
  for (const token of tokens) {
    const innermost = open.at(-1);
    if (token === '{') {
      open.push({ before: current, done: [] });
      current = [[]];
    } else if (token === '}' && innermost) close();
    else if (token === ',' && innermost) {
      innermost.done.push(...current);
      current = [[]];
    } else for (const alternative of current) alternative.push(token);
  }
  while (open.length > 0) close();
  requireFew(current.reduce((sum, { length }) => sum + length + 2, 0));
  return current;
}

/** @throws InvalidGlob */
function requireFew(items: number): void {
  if (items > MAX_PLACES) throw new InvalidGlob(texts.glob.tooMany);
}

/** Patterns of policies and triggers are matched frequently. */
const [names, paths] = [new Map<string, Matches>(), new Map<string, Matches>()];
const MAX_KNOWN = 1000;

function cached(known: Map<string, Matches>, pattern: string, compileIt: (pattern: string) => Matches): Matches {
  const matches = known.get(pattern) ?? compileIt(pattern);
  if (!known.has(pattern) && known.size >= MAX_KNOWN) known.clear();
  known.set(pattern, matches);
  return matches;
}
