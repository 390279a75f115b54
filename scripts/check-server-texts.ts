/**
 * What the server sends people stands in the text tables of its feature (`server/texts.ts`, or `texts.ts` where the client needs it too):
 * problems, emails, notifications and what is wrong with an input. Reports every other sentence on the server and beside the contracts,
 * and any words that are given to a problem or a schema. Also reports a text that is read when its file is loaded, since one server
 * answers in the language of each reader.
 */
import { glob, readFile } from 'node:fs/promises';
import { parseSync } from 'vite';
import { isNode, type Node, textOf } from './check-texts.ts';

/** Read by models and agents, or in a terminal or log by who runs this installation. */
const EXEMPT = new RegExp(
  `^src/(?:${[
    'kernel/(?:database/|metrics|http/(?:listen|response-cache))',
    'features/(?:accounts|organizations)/server/operators',
    'features/backups/server/(?:backup-file|encryption|extract|format|left-out|load|restore)\\.',
    'features/connections/server/(?:fetch-page|outside-tools|tool-result)\\.',
    'features/models/(?:kinds/|server/(?:demo-|protocols/))',
    'features/runs/(?:plan\\.|server/(?:calls/|loop/(?:fit-context|instructions|message-context|messages|next-action|situation)\\.))',
    'features/tools/server/',
    'features/triggers/(?:webhook-example|server/files)\\.',
  ].join('|')})`,
);
/** Functions and classes whose words are sent. */
const SENDS = /^(?:HttpProblem|ModelError|badRequest|conflict|forbidden|invalid|unsupportedMedia|addIssue)$/;
/** Methods of schemas. A second argument is what is wrong with the input. */
const SCHEMA = /^(?:min|max|int|number|positive|regex|refine|literal|enum|url|email|length)$/;
/** Words for logs, metrics, the API description and the conditions in it. */
const NOT_SENT = /^(?:Error|statement|when\w*|counter|gauge|histogram|trace|debug|info|warn|error|fatal)$/;
const NOT_SENT_PROPERTY = /^(?:summary|description|help|headers)$/;

/** Begins with a capital letter or what is filled in, has two words and ends like a sentence. */
const SENTENCE = /^(?:\p{Lu}|…).*\p{L}\s+\S.*[.!?:]$/su;
/** Two words, or one that begins like a sentence. Codes and keys are one word in small letters. */
const WORDS = /\p{L}\s+\S*\p{L}|^\p{Lu}\p{Ll}+[.!?]?$/u;

interface Found {
  start: number;
  says: string;
}
type Place = 'sent' | 'anywhere';

const nameOf = (callee: unknown): string => {
  const { name, property } = (callee ?? {}) as { name?: string; property?: { name?: string } };
  return name ?? property?.name ?? '';
};

function* textsIn(node: unknown, place: Place): Generator<Found> {
  if (Array.isArray(node)) for (const each of node) yield* textsIn(each, place);
  if (!isNode(node) || /^(?:Import|Export(?:All|Specifier))|^TS(?!As|Satisfies|NonNull)/.test(node.type)) return;
  const text = textOf(node)?.trim();
  if (text !== undefined && (place === 'sent' ? WORDS : SENTENCE).test(text)) yield { start: node.start, says: text };
  if (node.type === 'CallExpression' || node.type === 'NewExpression') return yield* textsInCall(node, place);
  if (node.type === 'Property') {
    const name = nameOf(node['key']);
    if (!NOT_SENT_PROPERTY.test(name)) yield* textsIn(node['value'], place);
    return;
  }
  for (const part of Object.values(node)) yield* textsIn(part, node.type === 'ArrowFunctionExpression' ? 'anywhere' : place);
}

function* textsInCall(node: Node, place: Place): Generator<Found> {
  const name = nameOf(node['callee']);
  if (NOT_SENT.test(name)) return;
  const [first, ...others] = node['arguments'] as unknown[];
  yield* textsIn(node['callee'], 'anywhere');
  yield* textsIn(first, SENDS.test(name) ? 'sent' : place);
  yield* textsIn(others, SENDS.test(name) || SCHEMA.test(name) ? 'sent' : place);
}

/** @returns texts of tables that are read when the file is loaded */
function* loadedIn(node: unknown, tables: ReadonlySet<string>): Generator<Found> {
  if (Array.isArray(node)) for (const each of node) yield* loadedIn(each, tables);
  if (!isNode(node) || /Function|Method|^TS(?!As|Satisfies|NonNull)/.test(node.type)) return;
  // The names of texts are the same in every language.
  if (node.type === 'CallExpression' && nameOf(node['callee']) === 'keys') return;
  const { object } = node as { object?: { name?: string } };
  if (node.type === 'MemberExpression' && tables.has(object?.name ?? ''))
    yield { start: node.start, says: `${object?.name}.${nameOf(node)}` };
  for (const part of Object.values(node)) yield* loadedIn(part, tables);
}

/** Names under which a file imports tables of texts. */
function tablesOf(body: readonly Node[]): Set<string> {
  const imported = body.filter(
    ({ type, source }) => type === 'ImportDeclaration' && /texts(?:\.ts|\/)/.test(String((source as { value?: unknown }).value)),
  );
  return new Set(imported.flatMap(({ specifiers }) => (specifiers as { local: { name: string } }[]).map(({ local }) => local.name)));
}

/** @returns each text outside of a table, and each that is read too early, with its line */
export function findServerTexts(path: string, source: string): { line: number; problem: string }[] {
  const { program, errors } = parseSync(path, source);
  if (errors[0]) throw new Error(`${path}: ${errors[0].message}`);
  const body = program.body as unknown as Node[];
  const found = [
    ...[...textsIn(body, 'anywhere')].map(({ start, says }) => ({ start, problem: `says “${says}”` })),
    ...[...loadedIn(body, tablesOf(body))].map(({ start, says }) => ({ start, problem: `reads ${says} when it is loaded` })),
  ];
  return found.map(({ start, problem }) => ({ line: source.slice(0, start).split('\n').length, problem }));
}

if (import.meta.main) {
  let count = 0;
  for await (const path of glob('src/{kernel,wire,features}/**/*.ts')) {
    if (/\.test\.ts$|\/(?:client|tests)\/|texts(?:\.ts$|\/)|\/samples\.ts$/.test(path) || EXEMPT.test(path)) continue;
    for (const { line, problem } of findServerTexts(path, await readFile(path, 'utf8'))) {
      count++;
      process.stderr.write(`${path}:${line} ${problem}\n`);
    }
  }
  process.stdout.write(count === 0 ? 'Every text that the server sends is in a table.\n' : `${count} texts are to be moved.\n`);
  process.exitCode = count === 0 ? 0 : 1;
}
