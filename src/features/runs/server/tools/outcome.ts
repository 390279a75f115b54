/** What tools that change files have in common. */
import type { Change } from '#features/files/contract.ts';
import { absent, type Condition } from '#features/files/server/condition.ts';
import { Refusal } from '#kernel/errors.ts';
import type { ToolContext, ToolOutcome } from './tool.ts';

/** What a run knows of a path, as it stands in `seen`, when it knows that there is nothing any more. */
export const GONE = '';

/** @param change null when all of it was there already */
export const changed = (output: string, change: Change | null, seen: ToolOutcome['seen'] = []): ToolOutcome => ({
  output,
  ...(change && { change: { id: change.id, number: change.number, paths: change.paths } }),
  ...(seen.length > 0 && { seen }),
});

/** That they are gone is said of the paths that the run knew something of. */
export const goneOf = (paths: readonly string[], { seenVersion }: ToolContext): { path: string; version: string }[] =>
  paths.filter((path) => seenVersion(path) !== undefined).map((path) => ({ path, version: GONE }));

/** An agent replaces only what it has read, so that it never destroys what somebody else saved meanwhile. */
export const asSeen = (version: string | undefined): Condition => (version ? { kind: 'version', versions: [version] } : absent);

/** @param seen the version that the run knows */
export function readFirst(path: string, seen: string | undefined): Refusal {
  const why = seen ? `${path} was changed by somebody since you read it.` : `${path} exists, and you have not read it.`;
  return new Refusal(412, 'read_first', `${why} Read it first, then try again.`);
}

/**
 * For `catch`: what says that a file is not as expected becomes what an agent is to do about it.
 * @throws everything else
 */
export const sayUnexpected =
  (path: string, seen: string | undefined) =>
  (error: unknown): ToolOutcome => {
    if (!(error instanceof Refusal) || error.status !== 412) throw error;
    if (error.members['current'] !== null) return { ok: false, output: readFirst(path, seen).message };
    const output = `${path} was deleted by somebody since you read it. Write it once more if it is to be there all the same.`;
    return { ok: false, output, seen: [{ path, version: GONE }] };
  };
