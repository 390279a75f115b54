/** Finds a text or a regular expression in contents, line by line. */
import { fold } from './fold.ts';
import { type Hit, type Matcher, TimeUp } from './hit.ts';
import type { Pace } from './pace.ts';
import { compilePattern, patternMatcher } from './pattern.ts';
import { ignoresCase, type Wanted } from './wanted.ts';
import { isWhole } from './word.ts';

/** Characters searched before yielding: in a repetitive text, they take time proportional to their number times the needle's length. */
const WINDOW = 50_000;

/** @throws 422 for an invalid or too large regular expression */
export async function createMatcher(wanted: Wanted, pace: Pace): Promise<Matcher> {
  return wanted.regex ? patternMatcher(await compilePattern(wanted), wanted, pace) : textMatcher(wanted, pace);
}

function textMatcher(wanted: Wanted, pace: Pace): Matcher {
  const ignoreCase = ignoresCase(wanted);
  const needle = ignoreCase ? fold(wanted.text) : wanted.text;
  // No line contains one.
  if (needle.includes('\n')) return () => async () => undefined;
  return (text) => {
    const searched = ignoreCase ? fold(text) : text;
    return (from) => findText({ text, searched, needle, word: wanted.word === true, pace }, from);
  };
}

interface Searching {
  text: string;
  searched: string;
  needle: string;
  word: boolean;
  pace: Pace;
}

async function findText({ text, searched, needle, word, pace }: Searching, from: number): Promise<Hit | undefined> {
  for (let at = from; at < searched.length; ) {
    const found = searched.slice(at, at + WINDOW + needle.length - 1).indexOf(needle);
    if (found >= 0) {
      const hit = { start: at + found, end: at + found + needle.length };
      if ((!word || isWhole(text, hit)) && !endsWithReturn(text, hit)) return hit;
    }
    at = found < 0 ? at + WINDOW : at + found + 1;
    const turn = pace.rest();
    if (turn) await turn;
    if (turn && pace.isOver() && at < searched.length) throw new TimeUp(at);
  }
  return undefined;
}

/** Whether a match includes the carriage return of a line's end, which is no part of the line. */
const endsWithReturn = (text: string, { end }: Hit): boolean => text[end - 1] === '\r' && text[end] === '\n';
