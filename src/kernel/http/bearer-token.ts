/** A request that presents one of Guildhall's own tokens, whether valid or not. Its cookies are ignored. */
import type { Request } from 'express';

/** Lets secret scanners recognize a token. */
export const TOKEN_PREFIX = 'guild_';

const BEARER = /^bearer +(guild_.*)$/i;

/** @returns the token in `Authorization: Bearer guild_…`; undefined for any other value, such as METRICS_TOKEN */
export function bearerTokenOf({ headers: { authorization } }: Request): string | undefined {
  return authorization === undefined ? undefined : BEARER.exec(authorization)?.[1];
}
