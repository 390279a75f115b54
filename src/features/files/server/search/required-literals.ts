/**
 * The texts that every match of a regular expression contains, so that PostgreSQL can look for those first. Reads RE2's syntax only as far
 * as it must: whatever it does not understand may match anything, and when in doubt, there are none.
 */

/** At least one of these is in every match. */
export type Group = readonly string[];

interface Part {
  /** All texts it matches; undefined if there are many, or it is unclear. */
  exact?: readonly string[];
  groups: readonly Group[];
}

/** Texts of one part, and characters of each. */
const MAX_TEXTS = 8;
const MAX_LENGTH = 200;
/** Characters of a class that is taken as alternatives. */
const MAX_CLASS = 4;
const MAX_DEPTH = 100;

class Doubt extends Error {}

const unknown: Part = { groups: [] };
const nothing: Part = { exact: [''], groups: [] };

/** Whether some letter of an expression may match in both cases. */
export const ignoresCaseSomewhere = (source: string): boolean => /\(\?[a-zA-Z]*i/.test(source);

/** Whether an expression names ſ or K, which RE2 takes for s and k when it ignores case. */
export const namesEqualsOfAscii = (source: string): boolean => /[\u017f\u212a]|17f|212a/i.test(source);

/** @param source a valid expression */
export function requiredLiterals(source: string): readonly Group[] {
  try {
    const reader = { characters: [...source], at: 0, depth: 0 };
    const part = readAlternatives(reader);
    return reader.at < reader.characters.length ? [] : groupsOf(part);
  } catch (error) {
    if (error instanceof Doubt) return [];
    throw error;
  }
}

interface Reader {
  characters: readonly string[];
  at: number;
  depth: number;
}

const groupsOf = ({ exact, groups }: Part): readonly Group[] =>
  (exact ? [exact, ...groups] : groups).filter((group) => !group.includes(''));

const restOf = ({ characters, at }: Reader): string => characters.slice(at, at + 60).join('');

/** The group whose shortest text is longest. */
function bestOf(groups: readonly Group[]): Group | undefined {
  const strength = (group: Group) => Math.min(...group.map(({ length }) => length));
  return groups.toSorted((a, b) => strength(b) - strength(a))[0];
}

function readAlternatives(reader: Reader): Part {
  if (++reader.depth > MAX_DEPTH) throw new Doubt();
  const branches = [readSequence(reader)];
  while (reader.characters[reader.at] === '|') {
    reader.at++;
    branches.push(readSequence(reader));
  }
  reader.depth--;
  const [only] = branches;
  if (only && branches.length === 1) return only;
  const exact = branches.flatMap((branch) => branch.exact ?? []);
  if (branches.every((branch) => branch.exact) && exact.length <= MAX_TEXTS) return { exact, groups: [] };
  const best = branches.map((branch) => bestOf(groupsOf(branch)));
  const united = best.flatMap((group) => group ?? []);
  return { groups: best.every((group) => group) && united.length <= MAX_TEXTS ? [united] : [] };
}

function readSequence(reader: Reader): Part {
  /** The texts that what has been read since the last unknown part matches. */
  let run: readonly string[] = [''];
  let isExact = true;
  const groups: Group[] = [];
  const startAfresh = (next: readonly string[]) => {
    groups.push(run);
    run = next;
    isExact = false;
  };
  for (;;) {
    const character = reader.characters[reader.at];
    if (character === undefined || character === '|' || character === ')') break;
    const { exact, groups: inner } = readAtom(reader);
    const { min, max } = readRepetition(reader);
    groups.push(...(min > 0 ? inner : []));
    if (min === 0 || !exact) startAfresh(['']);
    else {
      const joined = run.flatMap((start) => exact.map((end) => start + end));
      const fits = joined.length <= MAX_TEXTS && joined.every(({ length }) => length <= MAX_LENGTH);
      if (fits) run = joined;
      else startAfresh(exact);
      // Between the first and the last, there may be more of them.
      if (max !== 1) startAfresh(exact);
    }
  }
  return isExact ? { exact: run, groups } : { groups: [...groups, run] };
}

function readRepetition(reader: Reader): { min: number; max: number } {
  const [text, counted] = /^(?:[*+?]|\{(\d+)(?:,\d*)?\})\??/.exec(restOf(reader)) ?? [''];
  if (text === '') return { min: 1, max: 1 };
  reader.at += text.length;
  if (counted === undefined) return { min: text.startsWith('+') ? 1 : 0, max: Infinity };
  return { min: Number(counted), max: Number(counted) === 1 && /^\{1(?:,1)?\}/.test(text) ? 1 : Infinity };
}

function readAtom(reader: Reader): Part {
  const character = reader.characters[reader.at++] ?? '';
  if (character === '(') return readGroup(reader);
  if (character === '[') return readClass(reader);
  if (character === '\\') return readEscape(reader);
  if (character === '.') return unknown;
  if (character === '^' || character === '$') return nothing;
  return { exact: [character], groups: [] };
}

function readGroup(reader: Reader): Part {
  const [start, closed] = /^\?(?:P?<\w+>|[a-zA-Z-]*(?::|(\))))/.exec(restOf(reader)) ?? [''];
  if (start === '' && reader.characters[reader.at] === '?') throw new Doubt();
  reader.at += start.length;
  // Flags for the rest of the group.
  if (closed) return nothing;
  const part = readAlternatives(reader);
  if (reader.characters[reader.at++] !== ')') throw new Doubt();
  return part;
}

function readClass(reader: Reader): Part {
  const { characters } = reader;
  const first = reader.at + (characters[reader.at] === '^' ? 1 : 0);
  let end = first + (characters[first] === ']' ? 1 : 0);
  for (; characters[end] !== ']'; end++) {
    if (characters[end] === undefined) throw new Doubt();
    if (characters[end] === '\\') end++;
    else if (characters[end] === '[' && characters[end + 1] === ':') end = endOfNamed(characters, end);
  }
  const members = characters.slice(reader.at, end);
  reader.at = end + 1;
  const isPlain = members.length <= MAX_CLASS && members.every((member) => /[a-zA-Z0-9_ ]/.test(member));
  return isPlain ? { exact: members, groups: [] } : unknown;
}

/** @returns the position of the bracket that closes `[:alpha:]`, or of the one that opens what is none */
function endOfNamed(characters: readonly string[], start: number): number {
  for (let at = start + 2; at < characters.length - 1 && characters[at] !== ']'; at++)
    if (characters[at] === ':' && characters[at + 1] === ']') return at + 1;
  return start;
}

const controls: Readonly<Record<string, string>> = { a: '\x07', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

function readEscape(reader: Reader): Part {
  const [text = '', hex, long] = /^(?:x(?:([0-9a-fA-F]{2})|\{([0-9a-fA-F]+)\})|[pP](?:\{[^}]*\}|.)|[^xpP])/u.exec(restOf(reader)) ?? [];
  if (text === '') throw new Doubt();
  reader.at += [...text].length;
  const code = hex ?? long;
  if (code !== undefined) return { exact: [String.fromCodePoint(Number.parseInt(code, 16))], groups: [] };
  if (/^[pPdDsSwW]/.test(text)) return unknown;
  if (/^[bBAz]$/.test(text)) return nothing;
  const control = controls[text];
  if (control !== undefined) return { exact: [control], groups: [] };
  // \Q, \C, octal numbers, and what is new to this program.
  if (/^[a-zA-Z0-9]/.test(text)) throw new Doubt();
  return { exact: [text], groups: [] };
}
