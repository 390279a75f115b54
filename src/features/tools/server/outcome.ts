/** What tools that change files have in common. */
import { Refusal } from '#kernel/errors.ts';
import type { Proposal, ToolContext, ToolOutcome } from './tool.ts';

/** What a run knows of a path, as it stands in `seen`, when it knows that there is nothing any more. */
export const GONE = '';

/** That they are gone is said of the paths that the run knew something of. */
export const goneOf = (paths: readonly string[], { seenVersion }: ToolContext): { path: string; version: string }[] =>
  paths.filter((path) => seenVersion(path) !== undefined).map((path) => ({ path, version: GONE }));

/** @param seen the version that the run knows */
export function readFirst(path: string, seen: string | undefined): Refusal {
  const why = seen ? `${path} was changed by somebody since you read it.` : `${path} exists, and you have not read it.`;
  return new Refusal(412, 'read_first', `${why} Read it first, then try again.`);
}

export const sayDeleted = (path: string): ToolOutcome => ({
  ok: false,
  output: `${path} was deleted by somebody since you read it. Write it once more if it is to be there all the same.`,
  seen: [{ path, version: GONE }],
});

/** What an agent is to do when files were changed before its edits could be applied. @param versions those of today */
export function sayChanged({ kind, edits }: Pick<Proposal, 'kind' | 'edits'>, versions: ReadonlyMap<string, string>): ToolOutcome {
  const changed = edits.filter(({ path, base }) => (versions.get(path) ?? null) !== base);
  const [first] = changed;
  const others = changed.length > 1 ? ` and ${changed.length - 1} more` : '';
  const what = `Somebody changed ${first?.path ?? 'the project'}${others}`;
  if (kind === 'batch') return { ok: false, output: `${what} while the command ran, so that nothing was changed. Run it again.` };
  if (edits.length > 1 || !first) return { ok: false, output: `${what} meanwhile, so that nothing was done. Read again, then try again.` };
  if (first.base !== null && !versions.has(first.path)) return sayDeleted(first.path);
  return { ok: false, output: readFirst(first.path, first.base ?? undefined).message };
}
