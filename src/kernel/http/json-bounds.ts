/**
 * Bounds on the size, depth and number of values of a JSON body. The cost of parsing and validating depends on the number of values far
 * more than on bytes (five million brackets take seconds), so both are counted in one cheap pass over the bytes first.
 */
import * as z from 'zod';

export interface JsonBounds {
  /** Of the decompressed body. */
  bytes: number;
  /** Nesting depth of objects and arrays. */
  depth: number;
  /** Members and elements, including nested ones. */
  values: number;
}

type Size = JsonBounds;
type Schema = z.core.JSONSchema.BaseSchema;

/** No contract's limit is lower: whitespace, escapes and fields that an older client still sends must fit, too. */
const MIN_BYTES = 256 * 1024;
const MIN_DEPTH = 16;
const MIN_VALUES = 1000;
/** Limits are shown to people, so they are rounded. */
const ROUND_BYTES = 64 * 1024;
/** A contract limits UTF-16 code units; escaped as \uXXXX, each takes six bytes. */
const BYTES_OF_A_UNIT = 6;
/** The longest number that JavaScript writes has 24 characters. */
const BYTES_OF_A_SCALAR = 25;
/** The assumed length of a string or list without a limit in the schema: paths, ids, and strings limited by a pattern. */
const UNBOUNDED_UNITS = 1024;
const UNBOUNDED_ITEMS = 2000;

/** @returns bounds that no body matching the schema exceeds */
export function jsonBoundsOf(schema: z.ZodType): JsonBounds {
  const described = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  const { bytes, depth, values } = largest(described, described.$defs ?? {});
  return {
    bytes: Math.max(MIN_BYTES, Math.ceil(bytes / ROUND_BYTES) * ROUND_BYTES),
    depth: Math.max(MIN_DEPTH, depth),
    // Counted as commas and opening brackets; a nested value has both.
    values: Math.max(MIN_VALUES, 2 * values),
  };
}

function largest(schema: Schema | boolean, defs: Record<string, Schema | boolean>): Size {
  const scalar = (bytes: number): Size => ({ bytes, depth: 0, values: 1 });
  if (typeof schema === 'boolean') return scalar(BYTES_OF_A_SCALAR);
  if (schema.$ref) return largest(defs[schema.$ref.split('/').at(-1) ?? ''] ?? {}, defs);
  const choices = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (choices) return choices.map((choice) => largest(choice, defs)).reduce(largestOf);
  if (schema.enum) return scalar(Math.max(...schema.enum.map((value) => JSON.stringify(value).length)));
  if (schema.type === 'string') return scalar(2 + BYTES_OF_A_UNIT * (schema.maxLength ?? UNBOUNDED_UNITS));
  if (schema.type === 'array') return repeat(largest(oneOf(schema.items), defs), schema.maxItems ?? UNBOUNDED_ITEMS);
  if (schema.type !== 'object') return scalar(BYTES_OF_A_SCALAR);
  const named = Object.entries(schema.properties ?? {}).map(([name, value]) => withName(JSON.stringify(name).length, largest(value, defs)));
  const others = typeof schema.additionalProperties === 'object' ? [mapOf(schema, schema.additionalProperties, defs)] : [];
  return [...named, ...others].reduce(
    (sum, { bytes, depth, values }) => ({
      bytes: sum.bytes + bytes,
      depth: Math.max(sum.depth, depth + 1),
      values: sum.values + values,
    }),
    { bytes: 2, depth: 1, values: 1 },
  );
}

const largestOf = (a: Size, b: Size): Size => ({
  bytes: Math.max(a.bytes, b.bytes),
  depth: Math.max(a.depth, b.depth),
  values: Math.max(a.values, b.values),
});

/** Includes colon and comma. */
const withName = (name: number, { bytes, depth, values }: Size): Size => ({ bytes: name + 2 + bytes, depth, values });

const repeat = ({ bytes, depth, values }: Size, times: number): Size => ({
  bytes: 2 + times * (bytes + 1),
  depth: depth + 1,
  values: 1 + times * values,
});

/** A record: its names count as values, too. */
function mapOf({ propertyNames }: Schema, value: Schema | boolean, defs: Record<string, Schema | boolean>): Size {
  const name = largest(propertyNames ?? { type: 'string' }, defs).bytes;
  const { bytes, depth, values } = repeat(withName(name, largest(value, defs)), UNBOUNDED_ITEMS);
  return { bytes, depth: depth - 1, values };
}

function oneOf(items: Schema['items']): Schema | boolean {
  return Array.isArray(items) ? { anyOf: items as Schema[] } : (items ?? true);
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * One pass over the bytes, without building anything: about a millisecond per megabyte. Leaves invalid JSON to the parser.
 * @returns the exceeded bound; undefined if there is none
 */
export function exceededBound(text: Uint8Array, { depth, values }: Pick<JsonBounds, 'depth' | 'values'>): 'depth' | 'values' | undefined {
  let [open, counted] = [0, 0];
  for (let index = 0; index < text.length; index++) {
    switch (text[index]) {
      case QUOTE:
        for (index++; index < text.length && text[index] !== QUOTE; index++) if (text[index] === BACKSLASH) index++;
        break;
      case OPEN_ARRAY:
      case OPEN_OBJECT:
        if (++open > depth) return 'depth';
        if (++counted > values) return 'values';
        break;
      case CLOSE_ARRAY:
      case CLOSE_OBJECT:
        open--;
        break;
      case COMMA:
        if (++counted > values) return 'values';
    }
  }
  return undefined;
}
