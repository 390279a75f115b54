/** Turns valid input into invalid input in every way that a contract's schema suggests. */
import * as z from 'zod';

interface Shape {
  /** Several for a type or null. */
  type?: string | string[];
  properties?: Record<string, Shape>;
  required?: string[];
  maxLength?: number;
  minimum?: number;
  minItems?: number;
  /** Alternatives, such as null. */
  anyOf?: Shape[];
}

/** The problem, and the text that is sent. */
type InvalidInput = [what: string, text: string];

function shapeOf(schema: z.ZodType, io: 'input' | 'output'): Shape {
  const whole = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  // Named types are defined separately, and must be mutated too.
  const inline = (_: string, value: { $ref?: string } | null) => (value?.$ref ? whole.$defs?.[value.$ref.replace('#/$defs/', '')] : value);
  return JSON.parse(JSON.stringify(whole), inline) as Shape;
}

/** Bodies that no endpoint may accept, as JSON. */
export function invalidBodies(schema: z.ZodType, good: unknown): InvalidInput[] {
  const shape = shapeOf(schema, 'input');
  // An object without required members may be empty.
  const empty = shape.required?.length ? [{}] : [];
  const wholes = [null, 'text', 7, true, [], [good], ...empty].map(
    (body): InvalidInput => [`${JSON.stringify(body)} as the body`, JSON.stringify(body)],
  );
  return [...wholes, ...invalidObjects(shape, good as Record<string, unknown>, '', JSON.stringify)];
}

function invalidObjects(shape: Shape, good: Record<string, unknown>, path: string, wrap: (value: unknown) => string): InvalidInput[] {
  const found: InvalidInput[] = [];
  const text = wrap(good);
  // JSON.parse creates own properties for these; a literal or a spread would not.
  for (const key of ['surprise', '__proto__', 'constructor', 'toString']) {
    // If every name is allowed, zod drops this one unread.
    if (key === '__proto__' && !shape.properties) continue;
    const inner = JSON.stringify(good);
    found.push([`an unknown ${path}${key}`, text.replace(inner, () => `{"${key}":{"role":"owner"},${inner.slice(1)}`)]);
  }
  for (const name of shape.required ?? []) {
    const { [name]: _, ...rest } = good;
    found.push([`no ${path}${name}`, wrap(rest)]);
  }
  for (const [name, declared] of Object.entries(shape.properties ?? {})) {
    const put = (value: unknown) => wrap({ ...good, [name]: value });
    const alternatives = declared.anyOf ?? [declared.type ?? []].flat().map((type) => ({ ...declared, type }));
    const field: Shape = alternatives.find(({ type }) => type !== 'null') ?? declared;
    const mayBeNull = alternatives.some(({ type }) => type === 'null');
    for (const value of [null, [], {}, true, ...invalidValues(field, good[name])]) {
      if (mayBeNull && value === null) continue;
      if (field.type === 'boolean' && value === true) continue;
      // An object without required members may be empty, and so may a list without a minimum length.
      if (field.type === 'object' && JSON.stringify(value) === '{}') continue;
      if (field.type === 'array' && !field.minItems && JSON.stringify(value) === '[]') continue;
      found.push([`${path}${name} as ${JSON.stringify(value).slice(0, 40)}`, put(value)]);
    }
    if (field.type === 'object')
      found.push(...invalidObjects(field, (good[name] ?? {}) as Record<string, unknown>, `${path}${name}.`, put));
    if (typeof good[name] === 'number') found.push([`${path}${name} as 1e999`, put('BIG').replace('"BIG"', '1e999')]);
  }
  return found;
}

function invalidValues(field: Shape, good: unknown): unknown[] {
  if (typeof good === 'number') return [-1, ...(field.minimum === 0 ? [] : [0]), 1e308, String(good)];
  if (typeof good !== 'string') return field.type === 'string' ? [7] : [7, 'text'];
  const tooLong = 'x'.repeat(Math.max(10_000, (field.maxLength ?? 0) + 1));
  // A text that is empty in the sample may be.
  return [7, ...(good === '' ? [] : ['']), tooLong, `${good}\0`, `${good}\ud800`, `\udfff${good}`];
}

/** Query strings that no endpoint may accept. */
export function invalidQueries(schema: z.ZodType, good: Record<string, string>): InvalidInput[] {
  const found: InvalidInput[] = [];
  const numbers = shapeOf(schema, 'output').properties ?? {};
  const { properties = {}, required = [] } = shapeOf(schema, 'input');
  const encode = (name: string, raw: string) => {
    const { [name]: _, ...rest } = good;
    return `${new URLSearchParams(rest)}&${name}=${raw}`;
  };
  for (const name of required) found.push([`no ${name}`, encode(name, '').replace(`&${name}=`, '')]);
  for (const name of Object.keys(properties)) {
    const value = encodeURIComponent(good[name] ?? '1');
    const broken = ['%FF', '%C3%28', '%ED%A0%80', '%', '%zz'];
    const wrong =
      numbers[name]?.type === 'integer'
        ? ['abc', '-1', ...(numbers[name].minimum === 0 ? [] : ['0']), '1.5', '1e400', '99999999999999999999']
        : ['%00', 'x'.repeat(10_000)];
    found.push([`${name} twice`, encode(name, `${value}&${name}=${value}`)]);
    for (const raw of [...broken, ...wrong, '']) found.push([`${name}=${raw.slice(0, 40)}`, encode(name, raw)]);
  }
  return found;
}

/** Values of a path parameter that identify nothing. */
export const invalidParameters = [
  'x',
  '1',
  '-1',
  'null',
  'undefined',
  '%00',
  '%FF',
  '%E0%A4%A',
  '%F0%9F%92%A9',
  "'%3Bdrop%20table%20users%3B--",
  '%2e%2e%2f%2e%2e%2fetc%2fpasswd',
  '01998c00-0000-7000-8000-00000000000',
  '01998c00-0000-7000-8000-0000000000000',
  '__proto__',
  'x'.repeat(8000),
];
