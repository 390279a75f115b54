/** Range requests for a single byte range: RFC 9110, section 14. */
import type { Request } from 'express';
import { HttpProblem } from '#kernel/errors.ts';
import { texts } from '#kernel/texts.ts';

/** Half-open: from a byte up to, but not including, another. */
export interface Range {
  from: number;
  to: number;
}

/**
 * @param etag strong; a client with an older version gets the whole new one
 * @returns undefined for the whole: also for several ranges, or an invalid one
 * @throws 416
 */
export function readRange({ method, headers }: Request, size: number, etag: string): Range | undefined {
  const { range, 'if-range': ifRange } = headers;
  const [, first = '', last = ''] = (method === 'GET' && /^bytes=(\d*)-(\d*)$/.exec(range ?? '')) || [];
  if ((first === '' && last === '') || (ifRange !== undefined && ifRange !== etag)) return undefined;
  const from = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const to = first === '' || last === '' ? size : Math.min(size, Number(last) + 1);
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
  if (from >= size) throw notSatisfiable(size);
  return { from, to };
}

const notSatisfiable = (size: number) =>
  new HttpProblem(416, 'range_not_satisfiable', texts.problems.range(size), {
    headers: { 'content-range': `bytes */${size}` },
  });
