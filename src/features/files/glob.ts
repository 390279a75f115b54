/**
 * The one dialect of patterns for paths. `*` and `?` stay within a segment, `**` goes through any number of them. A pattern without a
 * slash names files in any folder, one that ends in a slash all that is below it. In NFC, as paths are.
 *
 * A glob of a search also takes `{a,b}`, one or the other, and `[a-z]` or `[!a-z]`, a character. Patterns that are stored, in policies
 * and triggers, take both as they stand: a rule for `src/[id].ts` names that file.
 */
import { ANY, type CharacterClass, compile, END, type Matches, NOT_SLASH, type Place } from './glob-automaton.ts';

/** Thrown for a glob that nothing can be searched for by; its message says why. */
export class InvalidGlob extends Error {}

/** Places of all alternatives of a glob together: each character of a path takes a few steps for every 32 of them. */
const MAX_PLACES = 5000;

const segments: Place = { takes: ANY, several: true, segments: true };

/** @throws InvalidGlob where brackets name no character, a range is out of order, or `{a,b}{c,d}…` stand for too many patterns */
export function compileGlob(glob: string): Matches {
  const tokens = normalize(glob).match(/\*\*+\/?|\[[!^]?\]?[^\]/]*\]|[\s\S]/gu) ?? [];
  const alternatives = expand(tokens);
  return compile(alternatives.flatMap((alternative) => [...rootAt(glob, alternative.map(toPlaceOfGlob)), END]));
}

/** A stored pattern: `*`, `?` and `**` alone. */
export function compilePath(pattern: string): Matches {
  const tokens = normalize(pattern).match(/\*\*+\/?|[\s\S]/gu) ?? [];
  return compile([...rootAt(pattern, tokens.map(toItem)), END]);
}

export const matchesPath = (pattern: string, path: string): boolean => cached(paths, pattern, compilePath)(path);

/** Names of tools have no segments: `*` takes all. */
export const matchesName = (pattern: string, name: string): boolean => cached(names, pattern, compileName)(name);

const compileName = (pattern: string): Matches =>
  compile([
    ...[...pattern].map((part): Place => (part === '*' ? { takes: ANY, several: true } : { takes: part === '?' ? ANY : part })),
    END,
  ]);

/** Without the slash that roots it, and with all below a folder. */
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
  if (members.length === 0 && !negated) throw new InvalidGlob(`${token} names no character.`);
  const ranges: [from: string, to: string][] = [];
  for (let at = 0; at < members.length; at++) {
    const [from = '', dash, to] = members.slice(at, at + 3);
    const isRange = dash === '-' && to !== undefined;
    if (isRange && from > to) throw new InvalidGlob(`${from}-${to} in ${token} is a range whose end comes before its beginning.`);
    ranges.push([from, isRange ? to : from]);
    if (isRange) at += 2;
  }
  return (character) => character !== '/' && negated !== ranges.some(([from, to]) => from <= character && character <= to);
}

/** @returns the alternatives that `{a,b}` stand for, one inside the other too; a brace that is not closed ends with the glob */
function expand(tokens: readonly string[]): string[][] {
  /** For each open brace: what may stand before it, and the branches that are done. */
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
  if (items > MAX_PLACES) throw new InvalidGlob('It expands to too many patterns. Use fewer alternatives.');
}

/** Those of a policy or a trigger are asked for again and again. */
const [names, paths] = [new Map<string, Matches>(), new Map<string, Matches>()];
const MAX_KNOWN = 1000;

function cached(known: Map<string, Matches>, pattern: string, compileIt: (pattern: string) => Matches): Matches {
  const matches = known.get(pattern) ?? compileIt(pattern);
  if (!known.has(pattern) && known.size >= MAX_KNOWN) known.clear();
  known.set(pattern, matches);
  return matches;
}
