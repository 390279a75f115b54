/**
 * Fills the index of contents, apart from saves: some seconds after a file was saved, any server adds its content, and removes the one
 * before. Until then, searches read the file. Only contents of current files are in the index.
 *
 * What holds at any time: a text that some file names in `indexed_hash` is in the index. Only this code writes that column, one server at a
 * time for each project; so a content may be removed once no file names it.
 */
import type { Database } from '#kernel/database/pool.ts';
import type { Log } from '#kernel/log.ts';
import { createPoller } from '#kernel/poller.ts';
import * as sql from './index-queries.ts';

interface Options {
  db: Database;
  log: Log;
  /** Seconds for which a file has not changed; for tests that cannot wait. */
  minAge?: number;
  pollEveryMs?: number;
}

const MIN_AGE_S = 5;
const POLL_EVERY_MS = 3000;
const MAX_LISTED = 500;
/** Of one batch, which holds locks on contents for 0.1 s, and on files for some milliseconds. */
const MAX_FILES = 200;
const MAX_BYTES = 1_000_000;
/** After this many bytes, what was added is merged at once; else PostgreSQL does it in its time. */
const MERGED_BYTES = 2_000_000;
const CLEANED = 10_000;
/** Before all ids. */
const NO_ID = '00000000-0000-0000-0000-000000000000';

export function createSearchIndex({ db, log, minAge = MIN_AGE_S, pollEveryMs = POLL_EVERY_MS }: Options) {
  let added = 0;

  /** @returns whether there was something to do */
  async function fill(): Promise<boolean> {
    const waiting = await sql.selectWaiting(db, { seconds: minAge, limit: MAX_LISTED });
    let isWorking = false;
    for (const [projectId, files] of Map.groupBy(waiting, (file) => file.project_id)) {
      // The last project may have more files than were listed.
      const batch = takeBatch(files);
      if (!(await indexFiles(projectId, batch))) continue;
      isWorking = true;
      added += batch.reduce((sum, { size }) => sum + size, 0);
    }
    if (!isWorking && added >= MERGED_BYTES) await merge();
    return isWorking;
  }

  /** @returns false if another server indexes this project, or every file is being changed */
  function indexFiles(projectId: string, batch: readonly sql.WaitingFile[]): Promise<boolean> {
    return db.transaction(async (tx) => {
      const [lock] = await sql.lockIndexOf(tx, { projectId });
      if (!lock?.locked) return false;
      const versions = [...new Set(batch.map(({ version }) => version))];
      const checked = (await sql.addContents(tx, { projectId, versions })).map(({ version }) => version);
      const marked = await sql.markIndexed(tx, { projectId, paths: batch.map(({ path }) => path), checked });
      const former = [...new Set(marked.flatMap((row) => row.former ?? []))];
      if (former.length > 0) tx.withCommit(sql.removeContents(tx, { projectId, versions: former }));
      return marked.length > 0;
    });
  }

  function remove(projectId: string, contents: readonly { version: string }[]): Promise<void> {
    return db.transaction(async (tx) => {
      const [lock] = await sql.lockIndexOf(tx, { projectId });
      if (lock?.locked) tx.withCommit(sql.removeContents(tx, { projectId, versions: contents.map(({ version }) => version) }));
    });
  }

  async function merge(): Promise<void> {
    added = 0;
    // A server whose user does not own the index leaves it to PostgreSQL.
    await sql.mergeAdded(db).catch((error: unknown) => log.debug({ err: error }, 'could not merge the search index'));
  }

  const poller = createPoller({
    log,
    purpose: 'fill the search index',
    everyMs: pollEveryMs,
    async poll() {
      const begun = performance.now();
      // Works half of the time, since others need PostgreSQL too.
      return (await fill()) ? performance.now() - begun : undefined;
    },
  });

  return {
    start: poller.start,
    close: poller.close,
    /** Indexes all files that wait, at once. */
    async fillAll(): Promise<void> {
      while (await fill());
    },
    /** Removes contents whose files were deleted. */
    async cleanUp(): Promise<void> {
      let next: { version: string; project_id: string } | undefined = { version: '', project_id: NO_ID };
      while (next) {
        const rows: sql.IndexedContent[] = await sql.selectAbandoned(db, {
          afterVersion: next.version,
          afterProject: next.project_id,
          limit: CLEANED,
        });
        next = rows.find((row) => row.is_last);
        const abandoned = rows.filter((row) => row.abandoned);
        for (const [projectId, contents] of Map.groupBy(abandoned, (row) => row.project_id)) await remove(projectId, contents);
      }
    },
  };
}

function takeBatch(files: readonly sql.WaitingFile[]): readonly sql.WaitingFile[] {
  let end = 0;
  const contents = new Map<string, number>();
  for (let bytes = 0; end < Math.min(files.length, MAX_FILES) && (end === 0 || bytes <= MAX_BYTES); end++) {
    const file = files[end];
    if (!file || contents.has(file.version)) continue;
    contents.set(file.version, file.size);
    bytes += file.size;
  }
  return files.slice(0, end);
}
