/** Search in the contents and names of a project's files, with limits on time and results, and replacement of what it finds. */
import type { Change } from '#features/files/contract.ts';
import type { Database, Transaction } from '#kernel/database/pool.ts';
import { busy, HttpProblem } from '#kernel/errors.ts';
import { createSemaphore } from '#kernel/semaphore.ts';
import type { EditsInput } from '../apply.ts';
import type { Asker, Comparer } from '../comparer.ts';
import type { ChangeAuthor } from '../record.ts';
import { texts } from '../texts.ts';
import { filterOf } from './filter.ts';
import { createMatcher } from './matcher.ts';
import { findNames } from './names.ts';
import { createPace, type Pace } from './pace.ts';
import { collectPage, type Page, readPosition } from './page.ts';
import * as sql from './queries.ts';
import { createReplacing, type Replacement } from './replacement.ts';
import { type Progress, textsToSearch } from './texts.ts';
import { placeOf, type Wanted } from './wanted.ts';

interface Search extends Wanted {
  /** Lines before and after each match. */
  context?: number | undefined;
  /** `nextCursor` of the page before. */
  cursor?: string | undefined;
  /** Most characters of the page, about. */
  maxCharacters?: number | undefined;
}

interface Options {
  db: Database;
  comparer: Comparer;
  apply: (tx: Transaction, input: EditsInput) => Promise<Change | null>;
}

const MAX_MS = 2000;
/** Searches at once, of people and of runs, and most that wait. */
const MAX_CONCURRENT = 3;
const MAX_WAITING_OF_PERSON = 20;
const MAX_WAITING = 300;

export function createSearching({ db, comparer, apply }: Options) {
  const turns = {
    person: createSemaphore({
      maxConcurrent: MAX_CONCURRENT,
      maxConcurrentPerKey: 1,
      maxQueuedPerKey: MAX_WAITING_OF_PERSON,
      maxQueued: MAX_WAITING,
      queueFull: (ofPerson) => (ofPerson ? tooManyAtOnce() : busy(2)),
    }),
    run: createSemaphore({ maxConcurrent: MAX_CONCURRENT, maxConcurrentPerKey: 2 }),
  };
  let usable: boolean | undefined;
  const indexUsable = async () => {
    usable ??= (await sql.selectIndexUsable(db))[0]?.usable ?? false;
    return usable;
  };

  function textsOf(asker: Asker, projectId: string, wanted: Wanted, pace: Pace, from = '', progress: Progress = { next: from }) {
    const place = { isWanted: placeOf(wanted), folder: wanted.path ?? '', from };
    return textsToSearch({ db, projectId, filter: filterOf(wanted), ...place, pace, signal: asker.signal, indexUsable }, progress);
  }

  async function searchNow(asker: Asker, projectId: string, wanted: Search): Promise<Page> {
    const after = readPosition(wanted.cursor);
    const pace = createPace(MAX_MS, asker.signal);
    const matcher = await createMatcher(wanted, pace);
    const progress: Progress = { next: after.path };
    const texts = textsOf(asker, projectId, wanted, pace, after.path, progress);
    const { context = 0, maxCharacters = Infinity } = wanted;
    return collectPage({ texts, progress, matcher, pace, after, context, maxCharacters });
  }

  const inTurn = <T>({ kind, id, signal }: Asker, work: () => Promise<T>): Promise<T> => turns[kind](id, signal, work);
  const { preview, replace } = createReplacing({ db, comparer, apply, texts: textsOf });

  return {
    /**
     * Lines that contain a text or match a pattern, by path and line. A person’s searches take turns.
     * @throws 422 for an invalid pattern, glob or cursor, 429 `too_many_at_once`, and the asker’s signal
     */
    search: (asker: Asker, projectId: string, wanted: Search): Promise<Page> => inTurn(asker, () => searchNow(asker, projectId, wanted)),

    /** Paths that contain the characters of a text in order, best first. */
    findNames: (projectId: string, text: string, signal: AbortSignal) => findNames(db, projectId, text, signal),

    /** What a replacement would change. @throws 422 if it would be too much */
    previewReplacement: (asker: Asker, projectId: string, wanted: Replacement) => inTurn(asker, () => preview(asker, projectId, wanted)),

    /**
     * Replaces a text in files as one change.
     * @throws 412 with the files changed since, 413, 422
     */
    replaceInFiles: (
      asker: Asker,
      input: { projectId: string; files: readonly { path: string; version: string }[]; wanted: Replacement; by: ChangeAuthor },
    ) => inTurn(asker, () => replace(asker, input)),
  };
}

const tooManyAtOnce = () =>
  new HttpProblem(429, 'too_many_at_once', texts.problems.tooManySearches, {
    headers: { 'retry-after': '2' },
  });
