/** Rebases edits that wait for approval when someone else has changed their files. */
import type { Asker, Files } from '#features/files/server/files.ts';
import { describeDeleted, readFirst } from '#features/tools/server/outcome.ts';
import type { Proposal, ToolOutcome } from '#features/tools/server/tool.ts';
import { texts } from '../texts/log.ts';

type Rebased = { proposal: Proposal; changed: { path: string; by: string }[] } | { outcome: ToolOutcome };

/** @returns the proposal based on the current files, or the outcome for the model if that is impossible */
export async function rebaseProposal(files: Files, asker: Asker, projectId: string, proposal: Proposal): Promise<Rebased> {
  const drift = await files.drift(projectId, proposal.edits);
  const rebased = await files.rebase(asker, projectId, proposal.edits, drift);
  if ('conflicts' in rebased) {
    const edits = proposal.edits.filter(({ path }) => rebased.conflicts.includes(path));
    const paths = edits.map(({ path }) => path);
    return { outcome: describeChanged({ ...proposal, edits }, await files.versions(projectId, paths)) };
  }
  if (rebased.edits.length === 0) return { outcome: { output: 'Someone already made this change; nothing was changed.' } };
  const moved = new Set(drift.map(({ path }) => path));
  const { output, seen = [], ok } = proposal.outcome;
  const outcome = {
    ...(ok !== undefined && { ok }),
    output:
      moved.size > 0 ? `${output} Changes that others made in the meantime were kept; read the files again before you edit them.` : output,
    // The run has never seen the merged files.
    seen: seen.filter(({ path }) => !moved.has(path)),
  };
  const changed = drift.map(({ path, by }) => ({ path, by: by?.name ?? texts.somebody }));
  return { proposal: { ...proposal, edits: rebased.edits, outcome }, changed };
}

/** Tells the agent that files changed before its edits could be applied. @param versions current versions */
export function describeChanged({ kind, edits }: Pick<Proposal, 'kind' | 'edits'>, versions: ReadonlyMap<string, string>): ToolOutcome {
  const changed = edits.filter(({ path, base }) => (versions.get(path) ?? null) !== base);
  const [first] = changed;
  const others = changed.length > 1 ? ` and ${changed.length - 1} more` : '';
  const what = `Someone changed ${first?.path ?? 'the project'}${others}`;
  if (kind === 'batch') return { ok: false, output: `${what} while the command was running, so nothing was changed. Run it again.` };
  if (edits.length > 1 || !first)
    return { ok: false, output: `${what} in the meantime, so nothing was done. Read the current version, then retry.` };
  if (first.base !== null && !versions.has(first.path)) return describeDeleted(first.path);
  return { ok: false, output: readFirst(first.path, first.base ?? undefined).message };
}
