/** Replaces a text in many files as one change, and shows before what that would change. */
import { type Change, type FileDiff, MAX_FILE_BYTES } from '#features/files/contract.ts';
import { MAX_REPLACED_FILES } from '#features/files/search-contract.ts';
import type { Database, Transaction } from '#kernel/database/pool.ts';
import { withSignal } from '#kernel/database/statement.ts';
import { HttpProblem } from '#kernel/errors.ts';
import type { Edit, EditsInput } from '../apply.ts';
import type { Asker, Comparer } from '../comparer.ts';
import { hashContents, versionOfContent } from '../content-hash.ts';
import type { ChangeAuthor } from '../record.ts';
import { MAX_DIFF_FILES, showEdits } from '../show-diff.ts';
import { texts as messages } from '../texts.ts';
import { type Matcher, TimeUp } from './hit.ts';
import { createMatcher } from './matcher.ts';
import { createPace, type Pace } from './pace.ts';
import { MARK, withoutMark } from './page.ts';
import * as sql from './queries.ts';
import { createExpand, lineEndOf, type Replaced, replaceAll } from './replace-text.ts';
import type { Wanted } from './wanted.ts';

export interface Replacement extends Wanted {
  replacement: string;
}

interface ReplacedFile {
  path: string;
  version: string;
  matches: number;
  diff: FileDiff;
}

interface Options {
  db: Database;
  comparer: Comparer;
  apply: (tx: Transaction, input: EditsInput) => Promise<Change | null>;
  /** The texts that may match. */
  texts: (asker: Asker, projectId: string, wanted: Wanted, pace: Pace) => AsyncIterable<sql.TextRow>;
}

const MAX_MS = 10_000;
/** Bytes of new contents in memory; the files beyond them are listed without a diff. */
const MAX_SHOWN_BYTES = 16_000_000;
/** Contents read at once. */
const BATCH = 20;
/** Of all new contents: what one change may hold. */
const MAX_BYTES = 50 * 1024 * 1024;

export function createReplacing({ db, comparer, apply, texts }: Options) {
  return {
    /** @throws 422 if there are too many files, or it takes too long */
    async preview(asker: Asker, projectId: string, wanted: Replacement): Promise<{ files: ReplacedFile[]; matchCount: number }> {
      const pace = createPace(MAX_MS, asker.signal);
      const matcher = await createMatcher(wanted, pace);
      const found: (ReplacedFile & { content: Buffer | undefined })[] = [];
      let [bytes, shown] = [0, 0];
      await inTime(async () => {
        for await (const { path, version, text } of texts(asker, projectId, wanted, pace)) {
          const replaced = await replaceIn(path, text, matcher, wanted);
          if (!replaced) continue;
          if (found.length === MAX_REPLACED_FILES) throw tooManyFiles();
          const content = Buffer.from(replaced.text);
          bytes += content.length;
          if (bytes > MAX_BYTES) throw tooManyFiles();
          const fits = found.length < MAX_DIFF_FILES && shown + content.length <= MAX_SHOWN_BYTES;
          if (fits) shown += content.length;
          const { matches } = replaced;
          found.push({ path, version, matches, diff: withoutDiff(path, version, content), content: fits ? content : undefined });
        }
        if (pace.isOver()) throw new TimeUp(0);
      });
      const edits = found.flatMap(({ path, version, content }) => (content ? [{ path, base: version, content }] : []));
      const diffs = await comparer.inTurn(asker, (session) => showEdits({ db, session, projectId }, edits));
      const byPath = new Map(diffs.map((diff) => [diff.path, diff]));
      const files = found.map(({ path, version, matches, diff }) => ({ path, version, matches, diff: byPath.get(path) ?? diff }));
      return { files, matchCount: files.reduce((sum, { matches }) => sum + matches, 0) };
    },

    /** @throws 412 with the files changed since, 422 if nothing would change, and as `applyEdits` */
    async replace(
      asker: Asker,
      {
        projectId,
        files,
        wanted,
        by,
      }: { projectId: string; files: readonly { path: string; version: string }[]; wanted: Replacement; by: ChangeAuthor },
    ): Promise<{ change: Change; matches: number }> {
      const pace = createPace(MAX_MS, asker.signal);
      const matcher = await createMatcher(wanted, pace);
      const edits: Edit[] = [];
      let [matches, bytes] = [0, 0];
      const named = [...new Map(files.map((file) => [file.path, file])).values()];
      for (let from = 0; from < named.length; from += BATCH) {
        const batch = named.slice(from, from + BATCH);
        const versions = [...new Set(batch.map(({ version }) => version).filter(isVersion))];
        const rows = await sql.selectTextsOfVersions(withSignal(asker.signal, db), { projectId, versions });
        const texts = new Map(rows.map(({ version, text }) => [version, text]));
        for (const { path, version } of batch) {
          const replaced = await inTime(() => replaceIn(path, texts.get(version) ?? '', matcher, wanted));
          const content = replaced && Buffer.from(replaced.text);
          matches += replaced?.matches ?? 0;
          bytes += content?.length ?? 0;
          if (bytes > MAX_BYTES) throw tooManyFiles();
          // Those without a match take part, so that a file changed meanwhile is noticed.
          edits.push({ path, base: version, content: content ?? { version } });
        }
      }
      await hashContents(edits.map(({ content }) => content));
      const change = await db.transaction((tx) => apply(tx, { projectId, by, edits }));
      if (!change) throw new HttpProblem(422, 'no_difference', messages.problems.nothingToReplace);
      return { change, matches };
    },
  };
}

const isVersion = (text: string) => /^[0-9a-f]{64}$/.test(text);

/** @returns undefined if nothing in the text would change. @throws 413 if the file would be too large */
async function replaceIn(
  path: string,
  text: string,
  matcher: Matcher,
  { replacement, regex = false }: Replacement,
): Promise<Replaced | undefined> {
  const content = withoutMark(text);
  const replaced = await replaceAll(content, matcher(content), createExpand(replacement, regex, lineEndOf(content)), MAX_FILE_BYTES);
  if (!replaced) throw new HttpProblem(413, 'too_large', messages.problems.tooLargeReplaced(path, MAX_FILE_BYTES));
  if (replaced.text === content) return undefined;
  return { ...replaced, text: content === text ? replaced.text : MARK + replaced.text };
}

function withoutDiff(path: string, version: string, content: Buffer): FileDiff {
  const after = versionOfContent(content);
  return { path, kind: 'changed', before: version, after, diff: null, reason: 'too_large', added: 0, removed: 0 };
}

async function inTime<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof TimeUp)) throw error;
    throw new HttpProblem(422, 'too_costly', messages.problems.replacingTakesLong);
  }
}

const tooManyFiles = () => new HttpProblem(422, 'too_many_files', messages.problems.tooManyToReplace(MAX_REPLACED_FILES, MAX_BYTES));
