/** Replaces exact text, as requested by an agent. */
import { HttpProblem } from '#kernel/errors.ts';

export interface Wanted {
  /** The exact text to replace. */
  old: string;
  new: string;
  /** Replace every occurrence instead of the only one. */
  all: boolean;
}

export interface Replaced {
  text: string;
  /** The first lines where text was replaced, counted from 1. */
  lines: number[];
  places: number;
}

const BOM = '\ufeff';

/** Occurrences to find before stopping the search and reporting “at least”. */
const MAX_PLACES = 100;
/** Characters of the file shown when the text is not found. */
const MAX_SHOWN = 2000;

/**
 * Matches across LF and CRLF in both the text and `old`; the text keeps its own line endings, and its byte order mark.
 * @throws 422 if `old` does not occur, or occurs several times and `all` is not set
 */
export function replaceText(path: string, text: string, { old, new: by, all }: Wanted): Replaced {
  const pattern = toPattern(old);
  const starts = findAll(text, pattern, all);
  if (starts.length === 0)
    throw new HttpProblem(422, 'not_found_in_file', `${path} does not contain this text. ${describeNearest(text, old)}`);
  if (starts.length > 1 && !all) {
    const where = `${starts.length >= MAX_PLACES ? `at least ${MAX_PLACES}` : starts.length} places, on ${formatLines(linesAt(text, starts))}`;
    throw new HttpProblem(
      422,
      'ambiguous',
      `${path} contains this text in ${where}. Include more of the surrounding text, or set all: true.`,
    );
  }
  const hasLines = text.includes('\n');
  const lineEndAt = lineEndsOf(text);
  const bom = text.startsWith(BOM) && !by.startsWith(BOM) ? BOM : '';
  // A function, because `$&` in a replacement string is special.
  const write = (match: string, at: number) => {
    const written = hasLines ? by.replaceAll(/\r?\n/g, lineEndAt(at)) : by;
    return at === 0 && match.startsWith(BOM) ? bom + written : written;
  };
  const result = all ? text.replaceAll(pattern, write) : text.replace(pattern, write);
  if (result === text) throw new HttpProblem(422, 'no_difference', 'The new text equals the old text; nothing was changed.');
  return { text: result, lines: linesAt(text, starts.slice(0, MAX_PLACES)), places: starts.length };
}

/**
 * @returns the ending of the line at a place, or of the last one that has any; places are asked for in ascending order. In a mixed file, the
 * others stay as they are
 */
function lineEndsOf(text: string): (at: number) => '\n' | '\r\n' {
  let end = -1;
  let isLast = false;
  return (at) => {
    if (!isLast && end < at) {
      const next = text.indexOf('\n', at);
      isLast = next < 0;
      end = isLast ? text.lastIndexOf('\n') : next;
    }
    return text[end - 1] === '\r' ? '\r\n' : '\n';
  };
}

const toPattern = (old: string): RegExp => new RegExp(old.split(/\r?\n/).map(RegExp.escape).join('\\r?\\n'), 'g');

/** Start of each match. Without `all`, overlapping matches all count, because any of them could be meant. */
function findAll(text: string, pattern: RegExp, all: boolean): number[] {
  const starts: number[] = [];
  const searched = new RegExp(pattern);
  for (let match = searched.exec(text); match; match = searched.exec(text)) {
    starts.push(match.index);
    if (all) continue;
    if (starts.length === MAX_PLACES) break;
    searched.lastIndex = match.index + 1;
  }
  return starts;
}

/** @param starts in ascending order @returns the distinct line numbers */
function linesAt(text: string, starts: number[]): number[] {
  const lines = new Set<number>();
  let line = 1;
  let at = 0;
  for (const start of starts) {
    for (let next = text.indexOf('\n', at); next >= 0 && next < start; next = text.indexOf('\n', at)) {
      line++;
      at = next + 1;
    }
    lines.add(line);
  }
  return [...lines];
}

export function formatLines(lines: number[]): string {
  const shown = lines.slice(0, 10).join(', ');
  return `line${lines.length === 1 ? '' : 's'} ${shown}${lines.length > 10 ? ' and more' : ''}`;
}

/** Helps the next attempt match. */
function describeNearest(text: string, old: string): string {
  const words = old.trim().split(/\s+/).filter(Boolean);
  const loose = words.length > 0 ? new RegExp(words.map(RegExp.escape).join('\\s+')).exec(text) : null;
  if (loose) {
    const [line = 1] = linesAt(text, [loose.index]);
    return `Line ${line} has this text with different whitespace:\n${show(text, loose.index, loose[0].length)}`;
  }
  const first = old
    .split(/\r?\n/)
    .find((line) => line.trim() !== '')
    ?.trim();
  const start = first === undefined ? -1 : text.indexOf(first);
  if (first === undefined || start < 0 || first === old.trim())
    return 'Read the file again: it may have changed, or you may mean another file.';
  const [line = 1] = linesAt(text, [start]);
  return `Line ${line} starts the same, then differs:\n${show(text, start, old.length)}`;
}

/** The whole lines that contain a part of the text. */
function show(text: string, start: number, length: number): string {
  const from = text.lastIndexOf('\n', start - 1) + 1;
  const end = text.indexOf('\n', start + length);
  const shown = text.slice(from, end < 0 ? undefined : end).replaceAll('\r', '');
  return shown.length > MAX_SHOWN ? `${shown.slice(0, MAX_SHOWN)}…` : shown;
}
