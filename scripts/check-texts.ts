/**
 * The words of the screens stand in the text tables of their feature (`client/texts.ts` or `client/texts/`), not in its code: so a missing
 * text fails the type check, and a second language is a second table. Reports words in JSX, in attributes that are shown or read aloud, and
 * every string that reads like a text.
 */
import { glob, readFile } from 'node:fs/promises';
import { parseSync } from 'vite';

/** Folders whose texts are not moved yet. */
const notYet: readonly string[] = ['tree', 'upload'].map((folder) => `src/features/files/client/${folder}/`);

/** Names and keywords of programming languages. */
const NO_TEXTS = [
  'src/ui/markdown/colour-code.ts',
  'src/ui/markdown/languages.ts',
  'src/features/files/client/languages.ts',
  'src/features/files/client/editor/format.ts',
];

/** Strings that read like a text, but are never shown or the same in every language: names, keys, selectors, commands, fonts. */
const NOT_TEXT =
  /^(?:Guildhall|Mac|Ctrl|(?:…\+)?K|Escape|Enter|Tab|Backspace)$|^guildhall |^[.#][a-z]|\[\w+=|^curl |^[\d…]+px |^\(prefers-/;

/** Attributes and properties that are shown or read aloud: there, one lower-case word counts too. */
const SHOWN =
  /^(?:aria-(?:label|description|roledescription|valuetext)|title|placeholder|alt|label|hint|about|action|what|text)$|[a-z](?:Label|Title|Hint|Placeholder|Text)$/;
/** Attributes that never are. */
const CODE = /^(?:class(?:Name)?|d|viewBox|transform|style|autoComplete|rel|accept|points|key|id|aria-\w+by|aria-controls)$/;
const LETTER = /\p{L}/u;
/** Two words, of which the first may be filled in; or one that begins like a sentence. */
const READS_LIKE_TEXT = /[\p{L}\d…][\p{L}’']*[)”,.:;!?]?\s+[(“]?\p{L}|^\p{Lu}\p{Ll}+[.…!?]?$/u;
const COMPARISONS = new Set(['===', '!==', 'in']);

export interface Node {
  type: string;
  start: number;
  [key: string]: unknown;
}

type Place = 'shown' | 'code' | 'anywhere';

export const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value && 'start' in value;

/** @returns what a node says, with … for what is filled in; undefined if it is neither a string nor text */
export function textOf(node: Node): string | undefined {
  if (node.type === 'Literal') return typeof node['value'] === 'string' ? node['value'] : undefined;
  if (node.type === 'JSXText') return String(node['value']);
  if (node.type !== 'TemplateLiteral') return undefined;
  return (node['quasis'] as { value: { cooked: string } }[]).map(({ value }) => value.cooked).join('…');
}

/** The parts of a node that may say something, each with its place. */
function partsOf(node: Node, place: Place): [unknown, Place][] {
  const { type } = node;
  if (/^(?:Import|ExportAll)|^TS(?!As|Satisfies|NonNull)/.test(type)) return [];
  if (type === 'BinaryExpression' && COMPARISONS.has(String(node['operator']))) return [];
  if (type === 'MemberExpression') return [[node['object'], 'anywhere']];
  // Only the message of a problem is shown, and the server writes that.
  if (type === 'NewExpression' && (node['callee'] as { name?: string }).name === 'Error') return [];
  if (type === 'SwitchCase') return [[node['consequent'], 'anywhere']];
  if (type === 'JSXElement' || type === 'JSXFragment') {
    // The same in every language: an example, a variable.
    const isCode = (node['openingElement'] as { name?: { name?: string } } | undefined)?.name?.name === 'code';
    const children = (node['children'] as Node[]).filter((child) => !(isCode && child.type === 'JSXText'));
    return [
      [node['openingElement'], 'anywhere'],
      [children, 'shown'],
    ];
  }
  if (type === 'JSXAttribute' || type === 'Property') {
    const { name, value } = (node['name'] ?? node['key']) as { name?: unknown; value?: unknown };
    const named = String(name ?? value);
    return [[node['value'], SHOWN.test(named) ? 'shown' : type === 'JSXAttribute' && CODE.test(named) ? 'code' : 'anywhere']];
  }
  const passesOn = /^(?:Conditional|Logical|Binary|TS|JSXExpression|Parenthesized|Template)/.test(type);
  return Object.entries(node).map(([key, part]) => [part, passesOn && key !== 'test' ? place : 'anywhere']);
}

function* textsIn(node: unknown, place: Place = 'anywhere'): Generator<{ start: number; text: string }> {
  if (Array.isArray(node)) for (const each of node) yield* textsIn(each, place);
  if (!isNode(node)) return;
  const text = textOf(node)?.trim().replace(/\s+/g, ' ');
  const isText = text !== undefined && place !== 'code' && (place === 'shown' ? LETTER : READS_LIKE_TEXT).test(text);
  if (isText && !NOT_TEXT.test(text)) yield { start: node.start, text };
  for (const [part, where] of partsOf(node, place)) yield* textsIn(part, where);
}

/** @returns each text in the code, with its line */
export function findTexts(path: string, source: string): { line: number; text: string }[] {
  const { program, errors } = parseSync(path, source);
  if (errors[0]) throw new Error(`${path}: ${errors[0].message}`);
  // A text in JSX starts with the white space before it.
  const lineOf = (start: number) => source.slice(0, start + source.slice(start).search(/\S/)).split('\n').length;
  return [...textsIn(program)].map(({ start, text }) => ({ line: lineOf(start), text }));
}

if (import.meta.main) {
  let found = 0;
  for await (const path of glob('src/{ui,app/client,features/*/client}/**/*.{ts,tsx}')) {
    if (
      /\.test\.ts$|\/texts(?:\.ts|\/)|\/client\/build\//.test(path) ||
      NO_TEXTS.includes(path) ||
      notYet.some((folder) => path.startsWith(folder))
    )
      continue;
    for (const { line, text } of findTexts(path, await readFile(path, 'utf8'))) {
      found++;
      process.stderr.write(`${path}:${line} says “${text}”\n`);
    }
  }
  process.stdout.write(
    found === 0 ? 'Every text is in a table.\n' : `${found} texts are in the code: move them to the texts of their feature.\n`,
  );
  process.exitCode = found === 0 ? 0 : 1;
}
