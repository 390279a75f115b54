/** What tools that change files have in common. */
import { Refusal } from '#kernel/errors.ts';
import type { ToolContext, ToolOutcome } from './tool.ts';

/** What a run knows of a path, as it stands in `seen`, when it knows that there is nothing any more. */
const GONE = '';

/** That they are gone is said of the paths that the run knew something of. */
export const goneOf = (paths: readonly string[], { seenVersion }: ToolContext): { path: string; version: string }[] =>
  paths.filter((path) => seenVersion(path) !== undefined).map((path) => ({ path, version: GONE }));

/** @param seen the version that the run knows */
export function readFirst(path: string, seen: string | undefined): Refusal {
  const why = seen ? `${path} has changed since you read it.` : `${path} exists and you have not read it.`;
  return new Refusal(412, 'read_first', `${why} Read it first, then try again.`);
}

export const sayDeleted = (path: string): ToolOutcome => ({
  ok: false,
  output: `${path} was deleted since you read it. Write it again if it should still exist.`,
  seen: [{ path, version: GONE }],
});
