/** What the schema of the environment says about each setting, in words. */
import * as z from 'zod';

type Setting = z.ZodType;

/** The default, formatted for a file of settings; '' if there is none. */
export function defaultOf(name: string, schema: Setting): string {
  if (name === 'DATA_DIR') return './data';
  const { data } = schema.safeParse(undefined);
  if (typeof data === 'object' && data !== null && 'max' in data && 'windowMs' in data)
    return `${data.max}/${Number(data.windowMs) / 60_000}m`;
  return data === undefined ? '' : String(data);
}

/** Which values it takes. */
export function valuesOf(schema: Setting): string {
  const { type, minimum, maximum, exclusiveMinimum } = z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' });
  const format = (number: unknown) => Number(number).toLocaleString('en');
  if (type === 'integer') return `a whole number from ${format(minimum)} to ${format(maximum)}`;
  if (type === 'number')
    return exclusiveMinimum === undefined
      ? `a number from ${format(minimum)} to ${format(maximum)}`
      : `a number above ${format(exclusiveMinimum)}`;
  // What is said about a value that no setting takes, unless it takes any text.
  const { error } = schema.safeParse('\u0001');
  return error?.issues[0]?.message.split(';')[0] ?? 'any text';
}
