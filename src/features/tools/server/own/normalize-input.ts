/**
 * Interprets the input of a tool call. Models send JSON within JSON, numbers as text, `null` for absent values, paths that start with
 * `/project`, argument names from other products' tools, and arguments that do not exist. Valid input is left unchanged.
 */
import type { JsonSchema } from '#features/models/server/model.ts';

type Input = Record<string, unknown>;

/** Names that models know for our arguments from other products. */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  path: ['file_path', 'filepath', 'filePath', 'file', 'filename', 'file_name', 'directory', 'dir', 'folder'],
  content: ['contents', 'file_text', 'file_content'],
  old: ['old_string', 'old_str', 'oldString', 'old_text'],
  new: ['new_string', 'new_str', 'newString', 'new_text'],
  all: ['replace_all', 'replaceAll'],
  command: ['cmd'],
  text: ['query', 'pattern'],
};
/** Levels of JSON within JSON. */
const MAX_DEPTH = 3;

interface Known {
  schema: JsonSchema;
  /** Arguments that are project paths. */
  paths?: readonly string[];
  /** Drops arguments that are not in the schema. Not for tools of other servers, which may accept more than they declare. */
  strict?: boolean;
}

export function normalizeInput(given: unknown, { schema, paths = [], strict = false }: Known): unknown {
  const object = toObject(given);
  if (object === undefined) return given;
  const properties = propertiesOf(schema);
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  const named = strict ? rename(object, properties) : object;
  const read = Object.entries(named).flatMap(([name, value]): [string, unknown][] => {
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (property === undefined) return strict ? [] : [[name, value]];
    if (value === null && !required.includes(name) && !allows(property, 'null')) return [];
    if (!paths.includes(name)) return [[name, toType(value, property)]];
    const path = typeof value === 'string' ? toPath(value) : value;
    // An empty path means the project itself; if the argument is required, the tool reports the error.
    return path === '' ? (required.includes(name) ? [[name, value]] : []) : [[name, path]];
  });
  return Object.fromEntries(read);
}

/** @returns undefined if the value is not an object, even after unwrapping */
function toObject(given: unknown): Input | undefined {
  let value = given ?? {};
  for (let depth = 0; typeof value === 'string' && depth < MAX_DEPTH; depth++) {
    const text = value.trim().replace(/^```(?:json)?\s*([\s\S]*?)\s*```$/, '$1');
    if (text === '') return {};
    try {
      value = JSON.parse(text) ?? {};
    } catch {
      return undefined;
    }
  }
  return isObject(value) ? value : undefined;
}

/** Renames only if our argument is missing and the alias is not itself an argument of this tool. */
function rename(input: Input, properties: Record<string, JsonSchema>): Input {
  const renamed = { ...input };
  for (const [name, others] of Object.entries(ALIASES)) {
    const alias = others.find((other) => Object.hasOwn(renamed, other) && !Object.hasOwn(properties, other));
    if (alias === undefined || !Object.hasOwn(properties, name) || Object.hasOwn(renamed, name)) continue;
    renamed[name] = renamed[alias];
  }
  return renamed;
}

function toType(value: unknown, schema: JsonSchema): unknown {
  if (typeof value === 'string') {
    if (allows(schema, 'string')) return value;
    const text = value.trim();
    if ((allows(schema, 'integer') || allows(schema, 'number')) && /^[+-]?\d+(?:\.\d+)?$/.test(text)) return Number(text);
    if (allows(schema, 'boolean') && /^(?:true|false)$/i.test(text)) return text.toLowerCase() === 'true';
    return allows(schema, 'array') || allows(schema, 'object') ? fromJson(text, schema) : value;
  }
  const isPlain = typeof value === 'number' || typeof value === 'boolean';
  return isPlain && onlyAllows(schema, 'string') ? String(value) : value;
}

function fromJson(text: string, schema: JsonSchema): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return (Array.isArray(value) && allows(schema, 'array')) || (isObject(value) && allows(schema, 'object')) ? value : text;
  } catch {
    return text;
  }
}

/**
 * Maps to a project path: bash shows the project as /project, and models also call it `.` or `/`.
 * @returns '' for the project itself; paths that lead elsewhere, such as /etc/passwd, unchanged, to be rejected later
 */
export function toPath(text: string): string {
  const path = text.replace(/^\/project(?=\/|$)/, '');
  if (path === text && /^\/+[^/]/.test(text)) return text;
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment === '..' && segments.length > 0 && segments.at(-1) !== '..') segments.pop();
    else segments.push(segment);
  }
  return segments.join('/');
}

const isObject = (value: unknown): value is Input => typeof value === 'object' && value !== null && !Array.isArray(value);
const propertiesOf = (schema: JsonSchema): Record<string, JsonSchema> =>
  isObject(schema['properties']) ? (schema['properties'] as Record<string, JsonSchema>) : {};

/** The types a schema names; empty if it names none. */
function typesOf(schema: JsonSchema): unknown[] {
  const { type } = schema;
  if (type !== undefined) return [type].flat();
  const choices = [schema['anyOf'], schema['oneOf']].flatMap((list) => (Array.isArray(list) ? list.filter(isObject) : []));
  return choices.flatMap(typesOf);
}

const allows = (schema: JsonSchema, type: string): boolean => typesOf(schema).includes(type);
const onlyAllows = (schema: JsonSchema, type: string): boolean => {
  const types = typesOf(schema);
  return types.length > 0 && types.every((each) => each === type || each === 'null');
};
