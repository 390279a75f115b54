/** Looks for lines in the files of a project, within bounds of time and of what is found. */
import type { RE2JS } from 're2js';
import type { Match } from '#features/files/contract.ts';
import { compileGlob, InvalidGlob } from '#features/files/glob.ts';
import type { Database } from '#kernel/database/pool.ts';
import { HttpProblem } from '#kernel/errors.ts';
import { createYield, type Yield } from '#kernel/event-loop.ts';
import * as sql from './queries.ts';

export interface Search {
  text: string;
  /** `text` is a regular expression of RE2, which takes linear time; upper and lower case differ. */
  regex?: boolean | undefined;
  /** The files to look in. */
  glob?: string | undefined;
}

/** Matches and files with one that are told. */
const MAX_MATCHES = 200;
const MAX_FILES = 50;
/** Characters of a line that are told; of one that a regular expression looks at. */
const MAX_SHOWN = 300;
const MAX_LINE = 1000;
/** Instructions of a regular expression: with the length of a line they bound how long this thread is taken, to about 0.1 s. */
const MAX_PROGRAM = 500;
/** Characters of a line that are looked through before others go first. */
const WINDOW = 50_000;
/** For all files. */
const MAX_MS = 2000;
/** Bytes of contents that are read at once. */
const PAGE = 4_000_000;

/** @returns where a line matches, from 0; -1 for nowhere */
type Find = (line: string) => number | Promise<number>;

interface Found {
  matches: Match[];
  truncated: boolean;
}

/** @throws 422 for a pattern that is none, or too large */
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

/** @returns in order; not all of them when time is up */
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

/** A long line is looked through in windows: where it repeats itself, each takes as long as it has characters times those of the text. */
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
    throw new HttpProblem(422, 'invalid_pattern', `Invalid glob: ${cause.message}`, { cause });
  }
}

/** The library is loaded for the first pattern: a start does without. */
async function compile(source: string): Promise<RE2JS> {
  const { RE2JS } = await import('re2js');
  let pattern: RE2JS;
  try {
    pattern = RE2JS.compile(source);
  } catch (cause) {
    throw new HttpProblem(422, 'invalid_pattern', `Invalid regular expression: ${(cause as Error).message}`, {
      cause,
    });
  }
  if (pattern.programSize() > MAX_PROGRAM)
    throw new HttpProblem(422, 'invalid_pattern', 'This regular expression is too complex. Use fewer repetitions.');
  return pattern;
}

/** A long line is told around the match. */
function formatMatch(line: string, at: number): string {
  const from = at < MAX_SHOWN / 2 ? 0 : at - MAX_SHOWN / 3;
  return `${from > 0 ? '…' : ''}${line.slice(from, from + MAX_SHOWN)}`;
}
