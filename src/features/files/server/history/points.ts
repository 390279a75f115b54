/** Names for states of a project. */
import { v7 as uuid } from 'uuid';
import type { Person } from '#features/audit-log/server/access.ts';
import type { AuditLog } from '#features/audit-log/server/audit-log.ts';
import { MAX_POINTS, type Point } from '#features/files/history-contract.ts';
import type { Database } from '#kernel/database/pool.ts';
import { conflict, notFound } from '#kernel/errors.ts';
import { requireChange } from './head.ts';
import * as sql from './point-queries.ts';
import { texts } from './texts.ts';

interface NewPoint {
  projectId: string;
  actor: Person;
  name: string;
  /** The number of a change; now by default. */
  at?: number | undefined;
}

export async function listPoints(db: Database, projectId: string): Promise<Point[]> {
  return (await sql.selectPoints(db, { projectId, limit: MAX_POINTS })).map(describe);
}

/** @throws 404, 409 `name_taken`, 409 `too_many_points` */
export function createPoint(db: Database, auditLog: AuditLog, { projectId, actor, name, at }: NewPoint): Promise<Point> {
  return db.transaction(async (tx) => {
    const [[project], [points]] = await Promise.all([sql.lockForPoint(tx, { projectId }), sql.countPoints(tx, { projectId })]);
    if (!project) throw notFound('project');
    const { head, organization_id: organizationId } = project;
    const number = at ?? head;
    requireChange(number, head);
    if ((points?.count ?? 0) >= MAX_POINTS) throw conflict('too_many_points', texts.tooManyPoints(MAX_POINTS));
    const id = uuid();
    const [row] = await sql.insertPoint(tx, { id, projectId, number, name, userId: actor.userId });
    if (!row) throw conflict('name_taken', texts.nameTaken(name));
    const subject = { kind: 'point', id, name };
    await auditLog.record(tx, { organizationId, projectId, actor, action: 'point.create', subject, detail: { at: number } });
    return describe(row);
  });
}

/** @throws 404 */
export async function deletePoint(db: Database, auditLog: AuditLog, projectId: string, actor: Person, id: string): Promise<void> {
  await db.transaction(async (tx) => {
    const [row] = await sql.deletePoint(tx, { id, projectId });
    if (!row) throw notFound('point');
    const { name, number, organization_id: organizationId } = row;
    const subject = { kind: 'point', id, name };
    await auditLog.record(tx, { organizationId, projectId, actor, action: 'point.delete', subject, detail: { at: number } });
  });
}

function describe({ id, name, number, at, user_id, user_name }: sql.PointRow): Point {
  return { id, name, at: number, createdAt: at, createdBy: user_id && user_name ? { userId: user_id, name: user_name } : null };
}
