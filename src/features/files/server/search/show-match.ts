/** A match as it is shown: its line, or the part around it, with the lines before and after. */
import type { Match } from '#features/files/search-contract.ts';
import type { Hit } from './hit.ts';

/** Most characters of a line. */
const MAX_SHOWN = 300;
/** Of those, before the match in a long line. */
const LEAD = 100;

interface Line {
  /** Starts at 1. */
  number: number;
  /** Positions in the text, without the line's end. */
  start: number;
  end: number;
}

/** @returns a function that tells the line of a position; call it with positions in ascending order */
export function lineCounter(text: string): (position: number) => Line {
  let [number, start] = [1, 0];
  return (position) => {
    for (let feed = text.indexOf('\n', start); feed >= 0 && feed < position; feed = text.indexOf('\n', start)) {
      number++;
      start = feed + 1;
    }
    return { number, start, end: endOfLine(text, start) };
  };
}

function endOfLine(text: string, start: number): number {
  const feed = text.indexOf('\n', start);
  if (feed < 0) return text.length;
  return feed > start && text[feed - 1] === '\r' ? feed - 1 : feed;
}

export function showMatch(path: string, text: string, { start, end }: Hit, line: Line, context: number): Match {
  const whole = text.slice(line.start, line.end);
  const at = start - line.start;
  const from = whole.length <= MAX_SHOWN ? 0 : wholeCharacter(whole, Math.max(0, at - LEAD));
  const shown = whole.slice(from, wholeCharacter(whole, from + MAX_SHOWN));
  const lead = from > 0 ? '…' : '';
  return {
    path,
    line: line.number,
    column: at + 1,
    text: lead + shown,
    offset: at - from + lead.length,
    length: Math.min(end - start, shown.length - (at - from)),
    ...(context > 0 && { before: linesBefore(text, line.start, context), after: linesAfter(text, line.end, context) }),
  };
}

/** The same position, or the one before it if that is within a surrogate pair. */
function wholeCharacter(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff ? at - 1 : at;
}

const cut = (line: string): string => line.slice(0, wholeCharacter(line, MAX_SHOWN));

function linesBefore(text: string, start: number, count: number): string[] {
  const lines: string[] = [];
  for (let end = start - 1; end >= 0 && lines.length < count; ) {
    const from = end === 0 ? 0 : text.lastIndexOf('\n', end - 1) + 1;
    lines.unshift(cut(text.slice(from, end).replace(/\r$/, '')));
    end = from - 1;
  }
  return lines;
}

function linesAfter(text: string, end: number, count: number): string[] {
  const lines: string[] = [];
  for (let feed = text.indexOf('\n', end); feed >= 0 && feed + 1 < text.length && lines.length < count; ) {
    const to = endOfLine(text, feed + 1);
    lines.push(cut(text.slice(feed + 1, to)));
    feed = text.indexOf('\n', to);
  }
  return lines;
}
