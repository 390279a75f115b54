/** The kinds of values that environment variables have, each with the sentence that says what was expected. */
import * as z from 'zod';
import type { Rate } from '#features/limits/server/limits.ts';
import { readHostList } from '#kernel/http/host-list.ts';

export const text = z.string().trim().min(1);
export const whole = (min: number, max: number) =>
  z.coerce.number('a whole number').int('a whole number').min(min, `at least ${min}`).max(max, `at most ${max}`);

const unitMs = { s: 1000, m: 60_000, h: 3_600_000 } as const;
export const rate = text
  .regex(/^[1-9]\d{0,8}\/[1-9]\d{0,4}[smh]$/, 'a number of requests in a time, such as 100/15m')
  .transform((value): Rate => {
    const [max = '', time = ''] = value.split('/');
    return { max: Number(max), windowMs: Number(time.slice(0, -1)) * unitMs[time.slice(-1) as keyof typeof unitMs] };
  });
export const hostList = text.transform((value, context) => {
  const list = readHostList(value);
  if (typeof list !== 'string') return list;
  context.addIssue(`a list such as tracker.internal, *.corp.example, 10.1.0.0/16; ${list} is none of these`);
  return z.NEVER;
});
export const postgres = text.regex(/^postgres(ql)?:\/\//, 'an address such as postgresql://user:password@host:5432/database');
export const postgresList = text.transform((value, context) => {
  const urls = value.split(',').map((url) => url.trim());
  if (urls.every((url) => postgres.safeParse(url).success && URL.canParse(url))) return urls;
  context.addIssue('addresses such as postgresql://user:password@replica:5432/database, separated by commas');
  return z.NEVER;
});
