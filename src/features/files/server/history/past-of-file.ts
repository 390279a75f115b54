/**
 * The contents that a file has had, newest first, each with the change that wrote it. A file that was moved goes on as the file it was
 * before. An undo or a restore that brought a content back goes on with the change that left the file so before: who went back wrote none
 * of it. An undo that merged wrote something new, and counts as its own.
 */
import type { Queryable } from '#kernel/database/statement.ts';
import * as sql from './blame-queries.ts';

export type PastVersion = sql.VersionRow & { version: string; size: number };

/** Versions read at once. */
const PAGE = 100;
/** Kinds of change that may move a file: in each, another file with the same content disappears. */
const mayMove = new Set<sql.VersionRow['kind']>(['move', 'batch', 'import', 'revert', 'restore']);
const goesBack = new Set<sql.VersionRow['kind']>(['revert', 'restore']);

export async function* pastOf(db: Queryable, projectId: string, path: string, number: number): AsyncGenerator<PastVersion> {
  let file = path;
  let until = number;
  for (;;) {
    const rows = await sql.selectVersionsOf(db, { projectId, path: file, number: until, limit: PAGE });
    const next = yield* follow(db, projectId, file, rows);
    if (!next) return;
    file = next.path;
    until = next.number;
  }
}

/** Where the past goes on: a file, and the number of the change that it is read up to. */
interface Place {
  path: string;
  number: number;
}

/** @param rows versions of one file, newest first; fewer than a page if there are no more */
async function* follow(
  db: Queryable,
  projectId: string,
  path: string,
  rows: readonly sql.VersionRow[],
): AsyncGenerator<PastVersion, Place | undefined> {
  for (const [index, row] of rows.entries()) {
    const { version, size, number, kind } = row;
    if (version === null || size === null) return undefined;
    const older = rows[index + 1];
    // Whether it is the oldest is known only with the next page.
    if (!older && rows.length === PAGE && index > 0) return { path, number };
    const at = { projectId, path, number, version };
    const [same] = goesBack.has(kind) ? await sql.selectSameBefore(db, at) : [];
    if (same) return { path, number: same.number };
    const isFirst = !older || older.version === null;
    const [moved] = isFirst && mayMove.has(kind) ? await sql.selectMovedFrom(db, at) : [];
    if (moved) return moved;
    yield { ...row, version, size };
  }
  return undefined;
}
