/** Undoes changes of one file, newest first, and preserves what others did since. Versions are the SHA-256 of contents; null: no file. */
import { createHash } from 'node:crypto';
import type { UndoConflict } from '#features/files/contract.ts';
import { type Clash, mergeText } from '../merge-text.ts';

/** The effect of a change on a file. */
export interface Step {
  number: number;
  before: string | null;
  after: string | null;
  /** The number of the change that `before` is from; null for the first of this path. */
  previous: number | null;
}

/** A text, or why it cannot be merged. */
export type Contents = (version: string) => { text: string } | { reason: 'binary' | 'too_large' };

export type Folded =
  | { version: string | null; content?: Buffer }
  | { reason: UndoConflict['reason']; clashes?: Clash[] }
  /** The contents of these versions are needed. */
  | { needs: string[] };

/**
 * @param steps to undo, newest first
 * @param current the current version
 * @param contents omitted to find out whether any are needed
 */
export function fold(steps: readonly Step[], current: string | null, contents?: Contents): Folded {
  let state: { version: string | null; text?: string } = { version: current };
  const spans = joinSteps(steps);
  for (const { before, after } of spans) {
    if (state.version === before) continue;
    if (state.version === after) {
      state = { version: before };
      continue;
    }
    if (state.version === null) return { reason: 'deleted' };
    if (after === null) return { reason: 'recreated' };
    if (before === null) return { reason: 'edited' };
    if (!contents) return { needs: versionsOf(spans, current) };
    const [base, theirs] = [contents(after), contents(before)];
    const ours = state.text === undefined ? contents(state.version) : { text: state.text };
    if (!('text' in base)) return base;
    if (!('text' in theirs)) return theirs;
    if (!('text' in ours)) return ours;
    const merged = mergeText(base.text, ours.text, theirs.text);
    if ('clashes' in merged) return { reason: 'overlaps', clashes: merged.clashes };
    state = { version: createHash('sha256').update(merged.text).digest('hex'), text: merged.text };
  }
  return state.text === undefined ? { version: state.version } : { version: state.version, content: Buffer.from(state.text) };
}

/** Merges consecutive steps without another change between them. */
function joinSteps(steps: readonly Step[]): Pick<Step, 'before' | 'after'>[] {
  const spans: Step[] = [];
  for (const step of steps) {
    const last = spans.at(-1);
    if (last?.previous === step.number) Object.assign(last, { before: step.before, previous: step.previous });
    else spans.push({ ...step });
  }
  return spans;
}

function versionsOf(spans: readonly Pick<Step, 'before' | 'after'>[], current: string | null): string[] {
  const versions = [current, ...spans.flatMap(({ before, after }) => [before, after])];
  return [...new Set(versions.filter((version) => version !== null))];
}
