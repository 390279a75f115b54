/** Reads the parts of a request by their schemas, and collects every problem. */
import type { Request } from 'express';
import type * as z from 'zod';
import type { InputError } from '#kernel/errors.ts';
import { texts } from '#kernel/texts.ts';
import type { Contract } from '#wire/contract.ts';

/** Maximum number of problems reported for one input. */
const MAX_ERRORS = 100;

/** @param errors receives what is wrong, each path after the prefix @returns undefined then, and without a schema */
export function parse(schema: z.ZodType | undefined, value: unknown, errors: InputError[], prefix: string): unknown {
  if (!schema) return undefined;
  const result = schema.safeParse(value === undefined ? {} : value);
  if (result.success) return result.data;
  // A message may quote the input, which may be 10 MB.
  for (const { path, message } of result.error.issues.slice(0, MAX_ERRORS))
    errors.push({ path: prefix + path.join('.'), message: message.length > 300 ? `${message.slice(0, 300)}…` : message });
  return undefined;
}

/** Rejected rather than ignored: a misspelled or unknown parameter would seem to have worked. */
export function rejectUnknownParams({ query }: Contract, given: Request['query'], errors: InputError[]): void {
  const known = query?.shape ?? {};
  for (const name of Object.keys(given).slice(0, MAX_ERRORS))
    if (!Object.hasOwn(known, name)) errors.push({ path: name.slice(0, 100), message: texts.problems.unknownParam });
}
