/** Three-way merge of texts, line by line; on the server and in the editor. */
import { type LineChange, lineChanges, linesOf } from './line-changes.ts';

/** Lines that the two sides changed differently. */
export interface Clash {
  /** The first line in `ours`, counted from 1. */
  line: number;
  base: string;
  ours: string;
  theirs: string;
}

type Side = 'ours' | 'theirs';
interface SidedChange extends LineChange {
  side: Side;
}

/**
 * Both sides derive from `base`. A change of one side is applied, and the same change of both sides is applied once. Adjacent changes are
 * combined, as in diff3: two insertions at the same place conflict.
 */
export function mergeText(base: string, ours: string, theirs: string): { text: string } | { clashes: Clash[] } {
  const texts = { base: linesOf(base), ours: linesOf(ours), theirs: linesOf(theirs) };
  const changes = (['ours', 'theirs'] as const)
    .flatMap((side) => lineChanges(texts.base, texts[side]).map((change): SidedChange => ({ ...change, side })))
    .sort((a, b) => a.before.start - b.before.start || a.before.end - b.before.end);

  const merged: string[] = [];
  const clashes: Clash[] = [];
  let next = 0;
  for (const region of groupTouching(changes)) {
    merged.push(texts.base.slice(next, region.start).join(''));
    next = region.end;
    const [ours, theirs] = (['ours', 'theirs'] as const).map((side) => readSide(region, side, texts[side]));
    const changed = new Set(region.changes.map(({ side }) => side));
    if (changed.size === 1) merged.push((changed.has('ours') ? ours : theirs)?.text ?? '');
    else if (ours?.text === theirs?.text) merged.push(ours?.text ?? '');
    else {
      const lines = texts.base.slice(region.start, region.end).join('');
      clashes.push({ line: (ours?.start ?? 0) + 1, base: lines, ours: ours?.text ?? '', theirs: theirs?.text ?? '' });
    }
  }
  merged.push(texts.base.slice(next).join(''));
  return clashes.length > 0 ? { clashes } : { text: merged.join('') };
}

/** Lines `[start, end)` of the base that at least one side changed. */
interface Region {
  start: number;
  end: number;
  changes: SidedChange[];
}

function groupTouching(changes: readonly SidedChange[]): Region[] {
  const regions: Region[] = [];
  for (const change of changes) {
    const last = regions.at(-1);
    if (last && change.before.start <= last.end) {
      last.end = Math.max(last.end, change.before.end);
      last.changes.push(change);
    } else regions.push({ ...change.before, changes: [change] });
  }
  return regions;
}

/** A side's lines for a region. */
function readSide({ start, end, changes }: Region, side: Side, lines: readonly string[]): { start: number; text: string } | undefined {
  const own = changes.filter((change) => change.side === side);
  const [first, last] = [own[0], own.at(-1)];
  if (!first || !last) return undefined;
  const from = first.after.start - (first.before.start - start);
  const to = last.after.end + (end - last.before.end);
  return { start: from, text: lines.slice(from, to).join('') };
}
