/** Compares responses with their contracts, in tests. */
import type { Response } from 'express';
import type { Contract } from '#wire/contract.ts';

/** @returns the JSON as parsed @throws if it is not what the contract lists for this status */
export function parseReply({ replies }: Contract, status: number, body: unknown): unknown {
  const kind = replies[status];
  return typeof kind === 'object' ? kind.parse(body) : body;
}

/** Raw bytes are sent with a media type that the API description lists. */
export function requireListedType({ name, replyTypes }: Contract, response: Response): void {
  const [type = ''] = String(response.getHeader('content-type')).split(';');
  const listed = replyTypes?.some((known) => known === type || (known.endsWith('/*') && type.startsWith(known.slice(0, -1))));
  if (!listed) throw new Error(`${name} answered ${type}, which its contract does not list`);
}
