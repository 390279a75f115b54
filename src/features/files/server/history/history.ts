/** A project’s past: who changed what, how states differ, and the way back. */
import type { Person } from '#features/audit-log/server/access.ts';
import type { AuditLog } from '#features/audit-log/server/audit-log.ts';
import type { Asker, Comparer } from '#features/files/server/comparer.ts';
import type { ChangeListeners } from '#features/files/server/record.ts';
import type { Database } from '#kernel/database/pool.ts';
import { blameFile } from './blame.ts';
import { compareStates } from './compare.ts';
import { type ChangesWanted, listChanges } from './list-changes.ts';
import { createPoint, deletePoint, listPoints } from './points.ts';
import { type Restore, restoreFiles } from './restore.ts';

interface Options {
  db: Database;
  auditLog: AuditLog;
  comparer: Comparer;
  note: ChangeListeners;
}

export function createHistory({ db, auditLog, comparer, note }: Options) {
  return {
    /** @returns changes, newest first; more if there are older ones */
    listChanges: (projectId: string, wanted: ChangesWanted) => listChanges(db, projectId, wanted),

    /** @throws as `compareStates` */
    compareStates: (asker: Asker, projectId: string, states: Parameters<typeof compareStates>[2]) =>
      compareStates({ db, comparer, asker }, projectId, states),

    /** @param at number of a change, for the file as of that change @throws as `blameFile` */
    blameFile: (asker: Asker, projectId: string, path: string, at?: number) => blameFile({ db, comparer, asker }, projectId, path, at),

    /** @throws as `restoreFiles` */
    restore: (restore: Restore) => restoreFiles(db, note, restore),

    points: {
      list: (projectId: string) => listPoints(db, projectId),
      /** @throws as `createPoint` */
      create: (point: Parameters<typeof createPoint>[2]) => createPoint(db, auditLog, point),
      /** @throws 404 */
      delete: (projectId: string, actor: Person, pointId: string) => deletePoint(db, auditLog, projectId, actor, pointId),
    },
  };
}
