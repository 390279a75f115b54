/** Values for a JSON schema: mostly valid, sometimes at or past a bound, sometimes of another kind altogether. Repeatable by their seed. */

export interface Schema {
  $ref?: string;
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  format?: string;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  maxItems?: number;
}

export interface Random {
  /** From 0 up to 1. */
  next(): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
}

/** mulberry32 */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
  return { next, chance: (probability) => next() < probability, pick: (list) => list[Math.floor(next() * list.length)] as never };
}

/** Text that has broken something somewhere. */
const texts = [
  '',
  ' ',
  '0',
  'null',
  '../../etc/passwd',
  '/etc/passwd',
  'a'.repeat(300),
  'a/'.repeat(200),
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\u202eabc',
  '\ufeff',
  '👩\u200d💻',
  'İ',
  "' or 1=1 --",
  '%00',
  '%s%n',
  '{{7*7}}',
  '<script>alert(1)</script>',
  'http://169.254.169.254/',
  'https://user:pass@[::1]:1/#',
  '2026-02-30T25:61:61Z',
  '* * * * *',
  '99999999999999999999',
  '-1',
  '1e309',
  '__proto__',
  'constructor',
  '(a+)+$',
  '[',
  '**/**/**/*',
  'AGENTS.md',
  '.git/config',
  'CON',
];
const numbers = [0, -0, 1, -1, 0.5, 2 ** 31, 2 ** 53, -(2 ** 63), 1e308, 1e-308];

/**
 * @param resolve finds what a `$ref` names
 * @param known ids and other values that exist, so that requests reach beyond "not found"
 */
export function createValues(random: Random, resolve: (ref: string) => Schema, known: () => readonly string[]) {
  function text({ format, minLength = 0, maxLength = 200 }: Schema): string {
    if (format === 'uuid') return random.chance(0.8) ? random.pick(known()) : '00000000-0000-4000-8000-000000000000';
    if (format === 'date-time') return random.pick(['2026-11-30T00:00:00Z', '0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999999Z']);
    if (format === 'email') return random.pick(['a@example.com', 'ä@example.com', `${'a'.repeat(64)}@example.com`]);
    if (random.chance(0.3)) return random.pick(known());
    if (random.chance(0.4)) return random.pick(texts);
    const length = random.chance(0.1) ? Math.min(maxLength, 100_000) + random.pick([-1, 0, 1]) : minLength + Math.floor(random.next() * 12);
    return 'x'.repeat(Math.max(0, length));
  }

  function number({ type, minimum = -1000, maximum = 1000 }: Schema): number {
    if (random.chance(0.15)) return random.pick([minimum, maximum, minimum - 1, maximum + 1, ...numbers]);
    const value = minimum + random.next() * (maximum - minimum);
    return type === 'integer' ? Math.round(value) : value;
  }

  function object({ properties = {}, required = [] }: Schema, depth: number): unknown {
    const names = Object.keys(properties).filter((name) => (required.includes(name) ? !random.chance(0.03) : random.chance(0.5)));
    const entries = names.map((name) => [name, makeValue(properties[name] ?? {}, depth + 1)]);
    if (random.chance(0.03)) entries.push([random.pick(['surprise', 'role', 'operator', 'organizationId', '__proto__']), 'owner']);
    return Object.fromEntries(entries);
  }

  function anything(depth: number): unknown {
    const simple = [null, true, false, random.pick(texts), random.pick(numbers), random.pick(known())];
    return depth > 3
      ? random.pick(simple)
      : random.pick([...simple, [], {}, [anything(depth + 1)], { [random.pick(texts)]: anything(depth + 1) }]);
  }

  function makeValue(schema: Schema, depth = 0): unknown {
    if (random.chance(0.04) || depth > 8) return anything(depth);
    if (schema.$ref) return makeValue(resolve(schema.$ref), depth);
    const either = schema.anyOf ?? schema.oneOf;
    if (either) return makeValue(random.pick(either), depth);
    if (schema.allOf) return Object.assign({}, ...schema.allOf.map((part) => makeValue(part, depth)));
    if ('const' in schema) return schema.const;
    if (schema.enum) return random.pick(schema.enum);
    const type = Array.isArray(schema.type) ? random.pick(schema.type) : schema.type;
    if (type === 'string') return text(schema);
    if (type === 'integer' || type === 'number') return number(schema);
    if (type === 'boolean') return random.chance(0.5);
    if (type === 'null') return null;
    if (type === 'array') return Array.from({ length: Math.floor(random.next() * 4) }, () => makeValue(schema.items ?? {}, depth + 1));
    if (type === 'object' || schema.properties) return object(schema, depth);
    return anything(depth);
  }

  return makeValue;
}
