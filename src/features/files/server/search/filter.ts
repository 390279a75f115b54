/**
 * What PostgreSQL looks for before a content is searched here: conditions that hold for every content with a match. So they only ever fold
 * ASCII letters, or name all forms of a letter; see `fold`.
 */
import { variantsOf } from './fold.ts';
import { type Group, ignoresCaseSomewhere, namesEqualsOfAscii, requiredLiterals } from './required-literals.ts';
import { ignoresCase, type Wanted } from './wanted.ts';

export interface Filter {
  /** Patterns that the index supports, all in ASCII: the content matches both. Undefined if there are none. */
  indexed?: { operator: 'like' | 'regex'; patterns: readonly [string, string?] } | undefined;
  /** A text that the content contains, byte for byte. */
  exact: string | null;
  /** A regular expression of PostgreSQL that the content matches. */
  pattern: string | null;
}

/** The index knows three letters or digits in a row. */
const MIN_RUN = 3;

export const mayIgnoreCase = (wanted: Wanted): boolean =>
  ignoresCase(wanted) || (wanted.regex === true && ignoresCaseSomewhere(wanted.text));

export function filterOf(wanted: Wanted): Filter {
  const ignoreCase = mayIgnoreCase(wanted);
  if (!wanted.regex) {
    const indexed = indexedOf(
      asciiPieces(wanted.text).map((piece) => [piece]),
      ignoreCase,
    );
    return ignoreCase ? { indexed, exact: null, pattern: patternOf([wanted.text], true) } : { indexed, exact: wanted.text, pattern: null };
  }
  if (ignoreCase && namesEqualsOfAscii(wanted.text)) return { exact: null, pattern: null };
  const groups = requiredLiterals(wanted.text);
  // RE2 folds letters beyond ASCII in ways of its own.
  const [best, other] = byStrength(ignoreCase ? groups.map(toAscii) : groups).filter((group) => !group.includes(''));
  const exact = !ignoreCase && best?.length === 1 ? (best[0] ?? null) : null;
  const rest = exact === null ? best : other;
  return { indexed: indexedOf(groups, ignoreCase), exact, pattern: rest ? patternOf(rest, ignoreCase) : null };
}

/** @returns conditions for the two groups that are best to look for */
function indexedOf(groups: readonly Group[], ignoreCase: boolean): Filter['indexed'] {
  const [first, second] = byStrength(groups.map(toAscii).filter((group) => group.every(isIndexed)));
  if (!first) return undefined;
  const operator = !ignoreCase && first.length === 1 && (second ?? first).length === 1 ? 'like' : 'regex';
  const write = (group: Group) => (operator === 'like' ? `%${(group[0] ?? '').replace(/[\\%_]/g, '\\$&')}%` : patternOf(group, ignoreCase));
  return { operator, patterns: second ? [write(first), write(second)] : [write(first)] };
}

const asciiPieces = (text: string): string[] => text.match(/[\x20-\x7e]+/g) ?? [];
const longestRun = (text: string): number => Math.max(0, ...(text.match(/[a-zA-Z0-9]+/g) ?? []).map(({ length }) => length));
const isIndexed = (text: string): boolean => longestRun(text) >= MIN_RUN;

/** Of each text, the part in ASCII that is best to look for; '' if it has none. */
const toAscii = (group: Group): Group =>
  group.map((text) => asciiPieces(text).toSorted((a, b) => longestRun(b) - longestRun(a) || b.length - a.length)[0] ?? '');

const byStrength = (groups: readonly Group[]): Group[] => {
  const strength = (group: Group) => Math.min(...group.map((text) => longestRun(text) * 1000 + text.length));
  return groups.toSorted((a, b) => strength(b) - strength(a));
};

/** @returns PostgreSQL's regular expression for one of these texts */
function patternOf(texts: readonly string[], ignoreCase: boolean): string {
  const [first = '', ...others] = [...new Set(texts)].map((text) => [...text].map((each) => characterOf(each, ignoreCase)).join(''));
  return others.length > 0 ? `(?:${[first, ...others].join('|')})` : first;
}

function characterOf(character: string, ignoreCase: boolean): string {
  if (/[a-zA-Z]/.test(character)) return ignoreCase ? `[${character.toLowerCase()}${character.toUpperCase()}]` : character;
  const escaped = character.replace(/[\\^$.*+?()[\]{}|]/, '\\$&');
  if (!ignoreCase || character <= '\x7f') return escaped;
  const variants = variantsOf(character);
  return variants.length > 1 ? `[${variants.join('')}]` : escaped;
}
