/** Highlights code: with the parsers of the editor's languages, and other languages by their common syntax. */
import type { Parser } from '@lezer/common';
import { highlightCode, tagHighlighter } from '@lezer/highlight';
import { codeColours } from '#ui/primitives/code-colours.ts';
import type { Piece } from './document.ts';
import { nameLanguage } from './languages.ts';

/** Longer code is not highlighted; code with more pieces is highlighted up to that many. */
const MAX_CODE = 50_000;
const MAX_PIECES = 2_000;

const javascript = (dialect: string) => async () => (await import('@lezer/javascript')).parser.configure({ dialect });
const loaders = new Map<string, () => Promise<Parser>>([
  ['CSS', async () => (await import('@lezer/css')).parser],
  ['HTML', async () => (await import('@lezer/html')).parser],
  ['JavaScript', javascript('jsx')],
  ['JSON', async () => (await import('@lezer/json')).parser],
  ['Python', async () => (await import('@lezer/python')).parser],
  ['TypeScript', javascript('jsx ts')],
]);
const loaded = new Map<string, Parser>();

/** @returns undefined if there is nothing to wait for; otherwise it resolves when the code can be highlighted */
export function loadColours(language: string): Promise<void> | undefined {
  const name = nameLanguage(language);
  const load = loaders.get(name);
  return load && !loaded.has(name) ? load().then((parser) => void loaded.set(name, parser)) : undefined;
}

/** @returns the same text in pieces; undefined until the language is loaded */
export function colourCode(code: string, language: string): readonly Piece[] | undefined {
  const name = nameLanguage(language);
  if (code.length > MAX_CODE || name === 'Text') return [code];
  if (!loaders.has(name)) return join(name === 'Diff' ? colourDiff(code) : colourBySigns(code, name));
  const parser = loaded.get(name);
  return parser && join(colourByParser(code, parser));
}

const highlighter = tagHighlighter(codeColours.map(({ tag, colour }) => ({ tag, class: colour })));

function* colourByParser(code: string, parser: Parser): Generator<Piece> {
  const pieces: Piece[] = [];
  const put = (text: string, classes: string) => pieces.push(classes === '' ? text : [classes.split(' ')[0] ?? '', text]);
  highlightCode(code, parser.parse(code), highlighter, put, () => pieces.push('\n'));
  yield* pieces;
}

function* colourDiff(code: string): Generator<Piece> {
  for (const [index, line] of code.split('\n').entries()) {
    if (index > 0) yield '\n';
    if (/^\+/.test(line)) yield ['added', line];
    else if (/^-/.test(line)) yield ['removed', line];
    else if (/^@@/.test(line)) yield ['comment', line];
    else yield line;
  }
}

const dashed = ['SQL', 'Lua'];
const slashed = ['C', 'C++', 'C#', 'Go', 'Java', 'Kotlin', 'PHP', 'Rust', 'Swift'];
const words =
  'and as async await begin break case catch class const continue create def default delete do done echo elif else end enum esac export ' +
  'extends extern false fi final finally fn for from func function group having if impl import in insert interface into is join let limit ' +
  'local match mod mut new nil not null on or order package private protected pub public raise return select self set static struct super ' +
  'switch table then this throw trait true try type union update use using val values var void when where while with yield';

/** One pattern for all kinds of comments: comment, string, number, word. */
function patternOf(name: string): RegExp {
  const line = dashed.includes(name) ? '--' : slashed.includes(name) ? '//' : '(?<![^\\s])#';
  const comment = `${line}[^\\n]*|/\\*[^]*?(?:\\*/|$)`;
  const string = `"(?:[^"\\\\\\n]|\\\\.)*"|'(?:[^'\\\\\\n]|\\\\.)*'|\`[^\`]*\``;
  const flags = name === 'SQL' ? 'gi' : 'g';
  return new RegExp(
    `(?<comment>${comment})|(?<string>${string})|(?<number>\\b\\d[\\d_.]*\\b)|(?<keyword>\\b(?:${words.replaceAll(' ', '|')})\\b)`,
    flags,
  );
}
const patterns = new Map<string, RegExp>();

function* colourBySigns(code: string, name: string): Generator<Piece> {
  const pattern = patterns.get(name) ?? patternOf(name);
  // A text can name any number of unknown languages, so the cache is bounded.
  if (patterns.size < 100) patterns.set(name, pattern);
  let at = 0;
  for (const { 0: text, index, groups = {} } of code.matchAll(pattern)) {
    yield code.slice(at, index);
    const colour = Object.keys(groups).find((key) => groups[key] !== undefined) ?? '';
    yield [colour, text];
    at = index + text.length;
  }
  yield code.slice(at);
}

/** Merges adjacent pieces without a color. */
function join(pieces: Iterable<Piece>): Piece[] {
  const joined: Piece[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    const isPlain = typeof piece === 'string' || joined.length >= MAX_PIECES;
    const text = typeof piece === 'string' ? piece : piece[1];
    if (isPlain && typeof last === 'string') joined[joined.length - 1] = last + text;
    else if (isPlain && text !== '') joined.push(text);
    else if (!isPlain) joined.push(piece);
  }
  return joined;
}
