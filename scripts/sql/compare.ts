/** Finds definite mismatches between a statement's types and PostgreSQL's description of it. Pure: takes and returns descriptions. */
import type { DeclaredStatement, DeclaredValue } from './declared.ts';
import type { DescribedColumn, DescribedStatement } from './described.ts';

interface Compared {
  /** Of the parameters, in numeric order. */
  names: readonly string[];
  text: string;
  declared: Pick<DeclaredStatement, 'row' | 'values'>;
  described: DescribedStatement;
}

/** @returns sentences that begin with the problem; empty if nothing can be proven wrong */
export function compare({ names, text, declared, described }: Compared): string[] {
  const columns = declared.row === undefined ? [] : compareColumns(text, declared.row, described.columns);
  return [...compareParameters(names, declared.values, described.parameters), ...columns];
}

function compareParameters(names: readonly string[], values: Record<string, DeclaredValue>, types: readonly string[]): string[] {
  const unused = Object.keys(values).filter((name) => !names.includes(name));
  const wrong = names.flatMap((name, index) => {
    const [value, type = ''] = [values[name], types[index]];
    if (!value) return [`parameter ${name} is not in the type of its values`];
    const written = writtenAs(type);
    if (!written) return [`parameter ${name} is ${type}, a type that scripts/sql/compare.ts does not know`];
    const other = value.kinds.filter((kind) => !written.includes(kind));
    return other.length > 0 ? [`parameter ${name} is ${type} in PostgreSQL, not ${other.join(' | ')}`] : [];
  });
  return [...wrong, ...unused.map((name) => `value ${name} is not in the text`)];
}

/** What TypeScript passes for a PostgreSQL type. The driver would turn a JSON array into a PostgreSQL array. */
const writes: Record<string, readonly string[]> = {
  bool: ['boolean'],
  bytea: ['Buffer'],
  date: ['string'],
  float8: ['number'],
  int2: ['number'],
  int4: ['number'],
  int8: ['number'],
  interval: ['string'],
  json: ['string'],
  jsonb: ['string'],
  numeric: ['number'],
  oid: ['number'],
  text: ['string'],
  timestamptz: ['string'],
  uuid: ['string'],
};

function writtenAs(type: string): readonly string[] | undefined {
  if (!type.endsWith('[]')) return writes[type];
  return writes[type.slice(0, -2)]?.map((kind) => `${kind}[]`);
}

function compareColumns(text: string, row: Record<string, DeclaredValue>, columns: readonly DescribedColumn[]): string[] {
  const selected = columns.map(({ name }) => name);
  const missing = Object.keys(row).filter((name) => !selected.includes(name));
  const twice = selected.filter((name, index) => selected.indexOf(name) !== index);
  return [
    ...missing.map((name) => `column ${name} is in the type of its row, but is not selected`),
    ...twice.map((name) => `column ${name} is selected twice`),
    ...columns.flatMap((column) => {
      const value = row[column.name];
      if (!value) return [`column ${column.name} is selected, but is not in the type of its row`];
      return [compareType(column, value), compareNull(text, column, value), compareLiterals(text, column, value)].filter(
        (problem) => problem !== undefined,
      );
    }),
  ];
}

function compareType({ name, type, read }: DescribedColumn, { kinds }: DeclaredValue): string | undefined {
  if (read === undefined) return `column ${name} is ${type}, a type that scripts/sql/described.ts does not know`;
  if (read === 'json' || kinds.includes('unknown') || kinds.length === 0) return undefined;
  const other = kinds.filter((kind) => kind !== read);
  return other.length > 0 ? `column ${name} is ${type}, which is read as ${read}, not ${other.join(' | ')}` : undefined;
}

/** Nothing is known about expressions; for columns, only what their tables and the kinds of join imply. */
function compareNull(text: string, { name, origin }: DescribedColumn, { nullable, kinds }: DeclaredValue): string | undefined {
  if (!origin || kinds.includes('unknown')) return undefined;
  const { table, column, notNull } = origin;
  if (nullable) return notNull && !mayJoinNothing(text) ? `column ${name} is never null: ${table}.${column} is not null` : undefined;
  if (!notNull && !excludesNull(text, column)) return `column ${name} can be null: ${table}.${column} can`;
  if (notNull && isOnlyJoinedOuter(text, table)) return `column ${name} can be null: ${table} is left joined`;
  return undefined;
}

const mayJoinNothing = (text: string) => /\b(?:left|right|full) join\b|\bgrouping sets\b/.test(text);

/** A condition on the column that rejects null. */
const excludesNull = (text: string, column: string) =>
  new RegExp(`\\b${column} (?:is not null|=|<>|<|>|<=|>=|in|like|between)(?![\\w])|(?:=|<|>) (?:\\w+\\.)?${column}\\b`).test(text);

function isOnlyJoinedOuter(text: string, table: string): boolean {
  const mentions = [...text.matchAll(new RegExp(`(\\w+)\\s+(?:join|from|into|update|using)\\s+${table}\\b|,\\s*${table}\\b`, 'g'))];
  return mentions.length > 0 && mentions.every(([, before]) => before === 'left');
}

/** Checks both directions: values the constraint forbids, and values TypeScript does not know. */
function compareLiterals(text: string, { name, origin }: DescribedColumn, { literals }: DeclaredValue): string | undefined {
  if (!literals || !origin?.allowed) return undefined;
  const { table, column, allowed } = origin;
  const impossible = literals.filter((value) => !allowed.includes(value));
  if (impossible.length > 0) return `column ${name} is never ${impossible.join(', ')}: the constraint of ${table}.${column} forbids it`;
  // A statement that lists the values itself may know more about its rows than the table does.
  const unknown = literals.every((value) => text.includes(`'${value}'`)) ? [] : allowed.filter((value) => !literals.includes(value));
  return unknown.length > 0
    ? `column ${name} can be ${unknown.join(', ')} as well: the constraint of ${table}.${column} allows it`
    : undefined;
}
