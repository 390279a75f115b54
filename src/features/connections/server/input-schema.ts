/**
 * Checks that a tool's input schema can be given to models. A provider rejects a whole request, with all other tools in it, if one
 * schema is not valid JSON Schema; so schemas are validated here, and adapted to what providers require beyond the standard.
 */
import { texts } from './texts.ts';

type Schema = Record<string, unknown>;

const TYPES = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null'];
const MAPS = ['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas'];
const SINGLE = [
  'items',
  'additionalProperties',
  'additionalItems',
  'contains',
  'not',
  'if',
  'then',
  'else',
  'propertyNames',
  'unevaluatedProperties',
  'unevaluatedItems',
];
const LISTS = ['anyOf', 'oneOf', 'allOf', 'prefixItems'];
/** Providers reject far shallower nesting. */
const MAX_DEPTH = 100;

/** @returns what is wrong, as the end of a sentence; undefined if the schema is valid */
export function schemaProblem(root: Schema): string | undefined {
  const seen = new Set<Schema>();
  const visit = (value: unknown, place: string, depth: number): string | undefined => {
    if (typeof value === 'boolean') return undefined;
    if (!isSchema(value)) return texts.schema.none(place);
    if (depth > MAX_DEPTH) return texts.schema.tooDeep(MAX_DEPTH);
    if (seen.has(value)) return undefined;
    seen.add(value);
    const wrong = keywordProblem(value, place) ?? refProblem(value, root, place);
    if (wrong) return wrong;
    for (const { child, at } of childrenOf(value, place)) {
      const below = visit(child, at, depth + 1);
      if (below) return below;
    }
    return undefined;
  };
  return visit(root, '', 0);
}

/** The schema as models get it: fills in what some providers require beyond the standard. The server validates calls against its own. */
export function forModels(root: Schema): Schema {
  const { $schema, anyOf, oneOf, allOf, ...rest } = root;
  // Some providers reject alternatives at the top level; their properties are offered, none of them required.
  const branches = [anyOf, oneOf, allOf].flatMap((list) => (Array.isArray(list) ? list : [])).filter(isSchema);
  const offered = branches.flatMap(({ properties }) => (isSchema(properties) ? Object.entries(properties) : []));
  const own = isSchema(rest['properties']) ? Object.entries(rest['properties']) : [];
  return { ...(fill(rest) as Schema), properties: Object.fromEntries([...offered, ...own].map(([name, value]) => [name, fill(value)])) };
}

/** Some providers reject arrays without an item schema. */
function fill(value: unknown): unknown {
  if (!isSchema(value)) return value;
  const filled: Schema = { ...value };
  for (const key of MAPS)
    if (isSchema(value[key])) filled[key] = Object.fromEntries(Object.entries(value[key]).map(([name, each]) => [name, fill(each)]));
  for (const key of SINGLE) if (isSchema(value[key])) filled[key] = fill(value[key]);
  for (const key of [...LISTS, 'items']) if (Array.isArray(value[key])) filled[key] = value[key].map(fill);
  const types = [value['type']].flat();
  if (types.includes('array') && value['items'] === undefined && value['prefixItems'] === undefined) filled['items'] = {};
  return filled;
}

function childrenOf(schema: Schema, place: string): { child: unknown; at: string }[] {
  const under = (key: string) => (place === '' ? key : `${place}.${key}`);
  return [
    ...MAPS.flatMap((key) =>
      isSchema(schema[key]) ? Object.entries(schema[key]).map(([name, child]) => ({ child, at: under(`${key}.${name}`) })) : [],
    ),
    ...SINGLE.flatMap((key) => (schema[key] === undefined || Array.isArray(schema[key]) ? [] : [{ child: schema[key], at: under(key) }])),
    ...[...LISTS, 'items'].flatMap((key) =>
      Array.isArray(schema[key]) ? schema[key].map((child, index) => ({ child, at: under(`${key}.${index}`) })) : [],
    ),
  ];
}

function keywordProblem(schema: Schema, place: string): string | undefined {
  const at = (key: string) => (place === '' ? key : `${place}.${key}`);
  const { type, required, enum: values } = schema;
  const types = type === undefined ? [] : [type].flat();
  if (types.some((each) => !TYPES.includes(each as string))) return texts.schema.type(at('type'));
  if (required !== undefined && !(Array.isArray(required) && required.every((name) => typeof name === 'string')))
    return texts.schema.names(at('required'));
  if (values !== undefined && !Array.isArray(values)) return texts.schema.list(at('enum'));
  for (const key of MAPS) if (schema[key] !== undefined && !isSchema(schema[key])) return texts.schema.object(at(key));
  for (const key of LISTS)
    if (schema[key] !== undefined && !(Array.isArray(schema[key]) && schema[key].length > 0)) return texts.schema.schemas(at(key));
  for (const key of ['description', 'title', 'format', 'pattern'])
    if (schema[key] !== undefined && typeof schema[key] !== 'string') return texts.schema.text(at(key));
  return undefined;
}

/** A reference must lead to a schema in the same document, and not only to other references. */
function refProblem(schema: Schema, root: Schema, place: string): string | undefined {
  const followed = new Set<unknown>();
  for (let each: unknown = schema; isSchema(each) && each['$ref'] !== undefined; ) {
    const { $ref } = each;
    if (typeof $ref !== 'string') return texts.schema.refNothing(place);
    if (followed.has($ref)) return texts.schema.refItself(place);
    followed.add($ref);
    if (!$ref.startsWith('#')) return texts.schema.refOutside(place);
    // An anchor, which providers resolve.
    if ($ref !== '#' && !$ref.startsWith('#/')) return undefined;
    each = $ref === '#' ? root : resolve(root, $ref);
    if (each === undefined) return texts.schema.refMissing(place, $ref.slice(0, 100));
    if (Object.keys(each as object).length > 1) return undefined;
  }
  return undefined;
}

function resolve(root: Schema, pointer: string): unknown {
  let found: unknown = root;
  for (const part of pointer.slice(2).split('/')) {
    const name = readPart(part);
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined;
    found = (found as Schema)[name];
  }
  return typeof found === 'boolean' || isSchema(found) ? found : undefined;
}

function readPart(part: string): string {
  try {
    return decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
  } catch {
    return part;
  }
}

const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null && !Array.isArray(value);
