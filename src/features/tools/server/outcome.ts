/** Shared by the tools that change files. */
import { HttpProblem } from '#kernel/errors.ts';
import type { ToolContext, ToolOutcome } from './tool.ts';

/** The `seen` version of a path that the run knows to be gone. */
const DELETED = '';

/** Marks as gone those of the paths of which the run knew a version. */
export const goneOf = (paths: readonly string[], { seenVersion }: ToolContext): { path: string; version: string }[] =>
  paths.filter((path) => seenVersion(path) !== undefined).map((path) => ({ path, version: DELETED }));

/** @param seen the version the run knows */
export function readFirst(path: string, seen: string | undefined): HttpProblem {
  const why = seen ? `${path} has changed since you read it.` : `${path} exists and you have not read it.`;
  return new HttpProblem(412, 'read_first', `${why} Read it first, then try again.`);
}

export const describeDeleted = (path: string): ToolOutcome => ({
  ok: false,
  output: `${path} was deleted since you read it. Write it again if it should still exist.`,
  seen: [{ path, version: DELETED }],
});
