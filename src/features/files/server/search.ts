/** Searches for lines in the files of a project, with limits on time and results. */
import type { RE2JS } from 're2js';
import type { Match } from '#features/files/contract.ts';
import { compileGlob, InvalidGlob } from '#features/files/glob.ts';
import type { Database } from '#kernel/database/pool.ts';
import { HttpProblem } from '#kernel/errors.ts';
import { createYield, type Yield } from '#kernel/event-loop.ts';
import * as sql from './queries.ts';
import { texts } from './texts.ts';

export interface Search {
  text: string;
  /** `text` is an RE2 regular expression, which takes linear time; case-sensitive. */
  regex?: boolean | undefined;
  /** The files to search. */
  glob?: string | undefined;
}

/** Most matches returned, and most files with one. */
const MAX_MATCHES = 200;
const MAX_FILES = 50;
/** Most characters of a line returned; most characters that a regular expression searches. */
const MAX_SHOWN = 300;
const MAX_LINE = 1000;
/** Largest program of a regular expression: together with the length of a line, it limits blocking of this thread to about 0.1 s. */
const MAX_PROGRAM = 500;
/** Characters of a line searched before yielding to other work. */
const WINDOW = 50_000;
/** For all files. */
const MAX_MS = 2000;
/** Bytes of contents read at once. */
const PAGE = 4_000_000;

/** @returns the position of the match in the line, from 0; -1 for none */
type Find = (line: string) => number | Promise<number>;

interface Found {
  matches: Match[];
  truncated: boolean;
}

/** @throws 422 for an invalid or too large pattern */
export async function search(db: Database, projectId: string, { text, regex, glob }: Search): Promise<Found> {
  const end = performance.now() + MAX_MS;
  const paths = glob === undefined ? null : await pathsIn(db, projectId, readGlob(glob), end);
  const matches: Match[] = [];
  const matching = new Set<string>();
  const letOthers = createYield();
  const find = regex ? findPattern(await compile(text)) : findText(text, letOthers);
  for (let after = ''; performance.now() < end; ) {
    const page = await sql.selectTexts(db, { projectId, paths, text: regex ? null : text, after, bytes: PAGE });
    for (const { path, content } of page) {
      after = path;
      if (!content) continue;
      for (const [index, line] of content.toString('utf8').split('\n').entries()) {
        const at = await find(line);
        if (at >= 0) {
          if (matches.length === MAX_MATCHES || (matching.size === MAX_FILES && !matching.has(path))) return { matches, truncated: true };
          matching.add(path);
          matches.push({ path, line: index + 1, column: at + 1, text: formatMatch(line, at) });
        }
        if (performance.now() > end) return { matches, truncated: true };
        await letOthers();
      }
    }
    if (page.length === 0) return { matches, truncated: false };
  }
  return { matches, truncated: true };
}

/** @returns in order; incomplete if the time limit is reached */
async function pathsIn(db: Database, projectId: string, matches: (path: string) => boolean, end: number): Promise<string[]> {
  const letOthers = createYield();
  const found: string[] = [];
  for (const { path } of await sql.selectPaths(db, { projectId })) {
    if (matches(path)) found.push(path);
    await letOthers();
    if (performance.now() > end) break;
  }
  return found;
}

/** A long line is searched in windows: in a repetitive line, each takes time proportional to its length times that of the text. */
function findText(text: string, letOthers: Yield): Find {
  const needle = text.toLowerCase();
  return (line) => (line.length <= WINDOW ? line.toLowerCase().indexOf(needle) : findInLong(line.toLowerCase(), needle, letOthers));
}

async function findInLong(line: string, needle: string, letOthers: Yield): Promise<number> {
  for (let from = 0; from < line.length; from += WINDOW) {
    const at = line.slice(from, from + WINDOW + needle.length - 1).indexOf(needle);
    if (at >= 0) return from + at;
    await letOthers();
  }
  return -1;
}

function findPattern(pattern: RE2JS): Find {
  return (line) => {
    const matcher = pattern.matcher(line.slice(0, MAX_LINE).replace(/\r$/, ''));
    return matcher.find() ? matcher.start() : -1;
  };
}

function readGlob(glob: string): (path: string) => boolean {
  try {
    return compileGlob(glob);
  } catch (cause) {
    if (!(cause instanceof InvalidGlob)) throw cause;
    throw new HttpProblem(422, 'invalid_pattern', texts.problems.glob(cause.message), { cause });
  }
}

/** Loads the library on first use, to keep startup fast. */
async function compile(source: string): Promise<RE2JS> {
  const { RE2JS } = await import('re2js');
  let pattern: RE2JS;
  try {
    pattern = RE2JS.compile(source);
  } catch (cause) {
    throw new HttpProblem(422, 'invalid_pattern', texts.problems.regex((cause as Error).message), {
      cause,
    });
  }
  if (pattern.programSize() > MAX_PROGRAM) throw new HttpProblem(422, 'invalid_pattern', texts.problems.regexTooComplex);
  return pattern;
}

/** A long line is cut around the match. */
function formatMatch(line: string, at: number): string {
  const from = at < MAX_SHOWN / 2 ? 0 : at - MAX_SHOWN / 3;
  return `${from > 0 ? '…' : ''}${line.slice(from, from + MAX_SHOWN)}`;
}
