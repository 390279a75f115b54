/** Encodes the end of a page of a list, as a string that only its endpoint reads. */
import type * as z from 'zod';
import { invalid } from './errors.ts';
import { texts } from './texts.ts';

export const writeCursor = (parts: readonly string[]): string => Buffer.from(JSON.stringify(parts)).toString('base64url');

/** @throws 422 for a string that `writeCursor` did not write */
export function readCursor<P>(cursor: string, parts: z.ZodType<P>): P {
  const read = parts.safeParse(parse(Buffer.from(cursor, 'base64url').toString()));
  if (read.success) return read.data;
  throw invalid([{ path: 'cursor', message: texts.problems.cursor }]);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
