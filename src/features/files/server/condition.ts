/** Conditional requests (RFC 9110, section 13): the version that a save is based on. */
import type { IncomingHttpHeaders } from 'node:http';
import { HttpProblem } from '#kernel/errors.ts';
import { describeAuthor, describeFile } from './describe.ts';
import type { FileRow } from './queries.ts';
import type { ChangeAuthor } from './record.ts';
import { texts } from './texts.ts';

export type Condition =
  | { kind: 'none' }
  /** If-None-Match: *: only if the file does not exist. */
  | { kind: 'absent' }
  /** If-Match: only if the current version is one of these; `*` for any. */
  | { kind: 'version'; versions: string[] };

export const absent: Condition = { kind: 'absent' };

export function readCondition(headers: IncomingHttpHeaders): Condition {
  const match = headers['if-match'];
  // A weak tag is accepted, too: a version is the content’s hash, and a proxy or a compressed response weakens it.
  if (match !== undefined)
    return { kind: 'version', versions: match.split(',').map((tag) => tag.trim().replace(/^(?:W\/)?"(.*)"$/, '$1')) };
  return headers['if-none-match']?.trim() === '*' ? absent : { kind: 'none' };
}

/** @param current version, undefined if there is no file */
export function holds(condition: Condition, current: string | undefined): boolean {
  switch (condition.kind) {
    case 'none':
    case 'absent':
      return current === undefined;
    case 'version':
      return current !== undefined && (condition.versions.includes('*') || condition.versions.includes(current));
  }
}

/**
 * Whether the request repeats the one that stored the current content. Proxies and browsers repeat a request whose response was lost. A
 * file that another person created does not count: the caller wants a new one, and must learn that it is theirs.
 */
export function isRepeated({ condition, by }: { condition: Condition; by: ChangeAuthor }, current: FileRow): boolean {
  return condition.kind === 'version' || (current.user_id === by.userId && current.run_id === by.runId);
}

/** Includes the current version in the body, and as ETag. */
export function preconditionProblem(condition: Condition, current: FileRow | undefined): HttpProblem {
  const members = { current: current ? describeFile(current) : null };
  const headers: Record<string, string> = current ? { etag: `"${current.version}"` } : {};
  if (condition.kind === 'none') {
    return new HttpProblem(428, 'condition_required', texts.problems.noCondition, { members, headers });
  }
  const detail = current ? describeSaved(current) : texts.problems.gone;
  return new HttpProblem(412, 'changed_meanwhile', detail, { members, headers });
}

function describeSaved(row: FileRow): string {
  const { kind, name } = describeAuthor(row);
  return texts.problems[kind === 'run' ? 'savedByAgent' : 'savedByPerson'](name);
}
