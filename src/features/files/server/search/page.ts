/** A page of matches, and where the next one starts. */
import * as z from 'zod';
import { MAX_MATCHES, type Match } from '#features/files/search-contract.ts';
import { readCursor, writeCursor } from '#kernel/cursor.ts';
import { type Matcher, TimeUp } from './hit.ts';
import type { Pace } from './pace.ts';
import type { TextRow } from './queries.ts';
import { lineCounter, showMatch } from './show-match.ts';
import { afterPath, type Progress } from './texts.ts';

export interface Page {
  matches: Match[];
  /** There may be more. */
  truncated: boolean;
  nextCursor?: string;
}

/** The first line of the next page: in this file after this line, or in a later file. */
interface Position {
  path: string;
  line: number;
}

const position = z.tuple([z.string(), z.string().regex(/^\d{1,9}$/)]);

/** @throws 422 for a string that no page had as its cursor */
export function readPosition(cursor: string | undefined): Position {
  if (cursor === undefined) return { path: '', line: 0 };
  const [path, line] = readCursor(cursor, position);
  return { path, line: Number(line) };
}

interface Paging {
  texts: AsyncIterable<TextRow>;
  progress: Progress;
  matcher: Matcher;
  pace: Pace;
  after: Position;
  /** Lines before and after a match. */
  context: number;
  /** Ends the page once its lines and paths have this many characters. */
  maxCharacters: number;
}

/** One match per line: its first. */
export async function collectPage({ texts, progress, matcher, pace, after, context, maxCharacters }: Paging): Promise<Page> {
  const matches: Match[] = [];
  let characters = 0;
  const end = ({ path, line }: Position): Page => ({ matches, truncated: true, nextCursor: writeCursor([path, String(line)]) });
  for await (const { path, text } of texts) {
    const content = withoutMark(text);
    const find = matcher(content);
    const lineAt = lineCounter(content);
    let done = path === after.path ? after.line : 0;
    try {
      for (let hit = await find(startAfter(content, done)); hit; ) {
        const line = lineAt(hit.start);
        if (matches.length === MAX_MATCHES || characters >= maxCharacters)
          return end({ path: matches.at(-1)?.path ?? path, line: matches.at(-1)?.line ?? 0 });
        const match = showMatch(path, content, hit, line, context);
        matches.push(match);
        characters += lengthOf(match);
        done = line.number;
        const feed = content.indexOf('\n', line.end);
        hit = feed < 0 ? undefined : await find(feed + 1);
      }
    } catch (error) {
      if (!(error instanceof TimeUp)) throw error;
      return end({ path, line: Math.max(done, lineAt(error.position).number - 1) });
    }
    if (pace.isOver()) return end({ path: afterPath(path), line: 0 });
  }
  return progress.next === undefined ? { matches, truncated: false } : end({ path: progress.next, line: 0 });
}

const lengthOf = ({ path, text, before = [], after = [] }: Match): number =>
  [text, ...before, ...after].reduce((sum, line) => sum + path.length + line.length, 0);

export const MARK = '\ufeff';
/** A byte order mark is no part of the first line. */
export const withoutMark = (text: string): string => (text.startsWith(MARK) ? text.slice(1) : text);

/** The start of the line after the given one. */
function startAfter(text: string, line: number): number {
  let start = 0;
  for (let number = 0; number < line; number++) {
    const feed = text.indexOf('\n', start);
    if (feed < 0) return text.length;
    start = feed + 1;
  }
  return start;
}
