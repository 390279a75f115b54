/** Regular expressions: compiled by RE2, with limits on their size and on the length of lines. */
import type { RE2JS } from 're2js';
import { texts } from '../texts.ts';
import { mayIgnoreCase } from './filter.ts';
import { withoutEqualsOfAscii } from './fold.ts';
import { type Hit, type Matcher, TimeUp } from './hit.ts';
import type { Pace } from './pace.ts';
import { namesEqualsOfAscii } from './required-literals.ts';
import { ignoresCase, invalidPattern, type Wanted } from './wanted.ts';
import { isWhole } from './word.ts';

/** Largest program of a regular expression. */
const MAX_PROGRAM = 500;
/** Program size times the characters of a line that are searched: 15 ms at worst. */
const MAX_STEPS = 500_000;
const MAX_LINE = 50_000;
/** Matches within words that are passed over, per line; fewer if each takes long. */
const MAX_PARTS = 100;

/** Loads the library on first use, to keep startup fast. */
export async function compilePattern(wanted: Wanted): Promise<RE2JS> {
  const { RE2JS } = await import('re2js');
  let pattern: RE2JS;
  try {
    pattern = RE2JS.compile(wanted.text, ignoresCase(wanted) ? RE2JS.CASE_INSENSITIVE : 0);
  } catch (cause) {
    // A flaw of the library: classes without letters, such as \pN, fail where case is ignored.
    if (cause instanceof TypeError) throw invalidPattern(texts.problems.regexClass, cause);
    throw invalidPattern(texts.problems.regex((cause as Error).message), cause);
  }
  if (pattern.programSize() > MAX_PROGRAM) throw invalidPattern(texts.problems.regexTooComplex);
  return pattern;
}

export function patternMatcher(pattern: RE2JS, wanted: Wanted, pace: Pace): Matcher {
  const maxLine = Math.min(MAX_LINE, Math.floor(MAX_STEPS / Math.max(1, pattern.programSize())));
  const foldsAscii = mayIgnoreCase(wanted) && !namesEqualsOfAscii(wanted.text);
  const names = pattern.namedGroups();

  function findInLine(text: string, searched: string, start: number, end: number, from: number): Hit | undefined {
    const line = searched.slice(start, Math.min(end, start + maxLine));
    if (from - start > line.length || !pattern.test(line)) return undefined;
    const matcher = pattern.matcher(line);
    let tries = Math.min(MAX_PARTS, 1 + Math.floor((2 * MAX_STEPS) / (pattern.programSize() * (line.length + 1))));
    for (let found = matcher.find(from - start); found && tries-- > 0; ) {
      const hit = { start: start + matcher.start(), end: start + matcher.end() };
      if (!wanted.word || isWhole(text, hit)) return { ...hit, group: (name) => groupOf(text, start, matcher, names, name) };
      found = hit.start + 1 - start <= line.length && matcher.find(hit.start + 1 - start);
    }
    return undefined;
  }

  return (text) => {
    const searched = foldsAscii ? withoutEqualsOfAscii(text) : text;
    return async (from) => {
      let start = from === 0 ? 0 : text.lastIndexOf('\n', from - 1) + 1;
      for (let next: number; start < text.length; start = next) {
        const feed = text.indexOf('\n', start);
        next = feed < 0 ? text.length : feed + 1;
        const end = feed < 0 ? text.length : text[feed - 1] === '\r' && feed > start ? feed - 1 : feed;
        const hit = findInLine(text, searched, start, end, Math.max(start, from));
        if (hit) return hit;
        const turn = pace.rest();
        if (turn) await turn;
        if (turn && pace.isOver() && next < text.length) throw new TimeUp(next);
      }
      return undefined;
    };
  };
}

type Groups = ReturnType<RE2JS['matcher']>;

/** From the text itself, in which letters may differ from those searched. */
function groupOf(text: string, start: number, matcher: Groups, names: Record<string, number>, name: number | string): string | undefined {
  const number = typeof name === 'number' ? name : (names[name] ?? -1);
  if (number < 0 || number > matcher.groupCount()) return undefined;
  const from = matcher.start(number);
  return from < 0 ? '' : text.slice(start + from, start + matcher.end(number));
}
