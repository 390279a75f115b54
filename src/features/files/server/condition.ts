/** Conditional requests (RFC 9110, section 13): what a save is based on. */
import type { IncomingHttpHeaders } from 'node:http';

export type Condition =
  | { kind: 'none' }
  /** If-None-Match: *: only if there is no such file. */
  | { kind: 'absent' }
  /** If-Match: only if the current version is one of these; `*` for any. */
  | { kind: 'version'; versions: string[] };

export const absent: Condition = { kind: 'absent' };

export function readCondition(headers: IncomingHttpHeaders): Condition {
  const match = headers['if-match'];
  // A weak tag too: a version is the content’s hash, and a proxy or a compressed reply weakens it.
  if (match !== undefined)
    return { kind: 'version', versions: match.split(',').map((tag) => tag.trim().replace(/^(?:W\/)?"(.*)"$/, '$1')) };
  return headers['if-none-match']?.trim() === '*' ? absent : { kind: 'none' };
}

/** @param current version, undefined where there is no file */
export function holds(condition: Condition, current: string | undefined): boolean {
  switch (condition.kind) {
    case 'none':
    case 'absent':
      return current === undefined;
    case 'version':
      return current !== undefined && (condition.versions.includes('*') || condition.versions.includes(current));
  }
}
