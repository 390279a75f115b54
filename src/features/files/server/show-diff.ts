/** The diffs of changes, line by line, with limits on size and time. */
import type { FileDiff } from '#features/files/contract.ts';
import type { Queryable } from '#kernel/database/statement.ts';
import { type Edit, hashEdits, versionOf } from './apply.ts';
import type { Session } from './compare-session.ts';
import { MAX_DIFF_BYTES, type TextDiff } from './diff.ts';
import * as sql from './history-queries.ts';

/** Most files compared at once. */
export const MAX_DIFF_FILES = 100;
/** Most bytes of contents read for it. */
const MAX_READ = 16_000_000;
/** Most characters of all diffs together; for a single requested file, enough for any two contents that can be compared. */
const MAX_TEXT = 1_000_000;
const MAX_TEXT_OF_ONE = 5_000_000;

/** Most bytes of one character in UTF-8. */
const MAX_BYTES = 3;

/** A file before and after; null if it did not exist. */
interface Pair {
  path: string;
  before: string | null;
  after: string | null;
}

interface Showing {
  db: Queryable;
  session: Session;
  projectId: string;
  /** The only requested file, which may be long. */
  alone?: boolean;
}

/** The diffs of edits that are not applied yet. */
export async function showEdits(showing: Showing, edits: readonly Edit[]): Promise<FileDiff[]> {
  await hashEdits(edits);
  const pairs = edits.map(({ path, base, content }) => ({ path, before: base, after: versionOf(content), content }));
  const own = pairs.flatMap(({ after, content }) => (content instanceof Buffer ? [[after ?? '', content] as const] : []));
  return showDiffs(showing, pairs, new Map(own));
}

/** @param known contents already loaded, by version */
export async function showDiffs(
  { db, session, projectId, alone = false }: Showing,
  pairs: readonly Pair[],
  known: ReadonlyMap<string, Buffer> = new Map(),
): Promise<FileDiff[]> {
  const maxText = alone ? MAX_TEXT_OF_ONE : MAX_TEXT;
  const contents = await readContents({ db, session, projectId }, pairs, maxText, known);
  let remaining = maxText;
  const shown: FileDiff[] = [];
  for (const pair of pairs) {
    const found = session.cachedDiff({ ...pair, maxText }) ?? (await compare(session, { ...pair, maxText }, contents));
    const fits = 'diff' in found && found.diff.length <= remaining;
    if (fits) remaining -= found.diff.length;
    shown.push(describe(pair, 'diff' in found && !fits ? { reason: 'too_large' } : found));
  }
  return shown;
}

/** Reads contents to compare that are not loaded yet, except those that are too large or would not be shown. */
async function readContents(
  { db, session, projectId }: Showing,
  pairs: readonly Pair[],
  maxText: number,
  known: ReadonlyMap<string, Buffer>,
): Promise<Map<string, Buffer | null>> {
  const open = pairs.filter((pair) => !session.cachedDiff({ ...pair, maxText }));
  const missing = versionsOf(open).filter((version) => !known.has(version));
  const stored = missing.length > 0 ? await sql.selectBlobSizes(db, { projectId, versions: missing }) : [];
  const sizes = new Map([
    ...stored.map(({ version, size }) => [version, size] as const),
    ...[...known].map(([version, { length }]) => [version, length] as const),
  ]);
  const wanted = versionsOf(thatFit(open, sizes, maxText)).filter((version) => !known.has(version));
  const rows =
    wanted.length > 0 ? await sql.selectBlobs(db, { projectId, versions: wanted, maxBytes: MAX_DIFF_BYTES, maxTotal: MAX_READ }) : [];
  return new Map<string, Buffer | null>([...known, ...rows.map(({ version, content }) => [version, content] as const)]);
}

const versionsOf = (pairs: readonly Pair[]): string[] => [
  ...new Set(pairs.flatMap(({ before, after }) => [before, after]).filter((version) => version !== null)),
];

/** The diff contains at least the difference in size, so a diff that would be too long is skipped before reading. */
function thatFit(pairs: readonly Pair[], sizes: ReadonlyMap<string, number>, maxText: number): Pair[] {
  let left = maxText * MAX_BYTES;
  return pairs.filter(({ before, after }) => {
    const [from = Infinity, to = Infinity] = [before, after].map((version) => (version === null ? 0 : sizes.get(version)));
    const least = Math.abs(from - to);
    const fits = Math.max(from, to) <= MAX_DIFF_BYTES && least <= left;
    if (fits) left -= least;
    return fits;
  });
}

async function compare(
  session: Session,
  { before, after, maxText }: Pair & { maxText: number },
  contents: ReadonlyMap<string, Buffer | null>,
): Promise<TextDiff> {
  const [from, to] = [before, after].map((version) => (version === null ? null : (contents.get(version) ?? undefined)));
  if (from === undefined || to === undefined) return { reason: 'too_large' };
  return session.diff({ before, after, maxText }, from, to);
}

function describe({ path, before, after }: Pair, found: TextDiff): FileDiff {
  const kind = before === null ? 'created' : after === null ? 'deleted' : 'changed';
  const what = 'diff' in found ? found : { diff: null, reason: found.reason, added: 0, removed: 0 };
  return { path, kind, before, after, ...what };
}
