import type { Backup, RestoreTest } from '#features/backups/contract.ts';
import { statement } from '#kernel/database/statement.ts';

export interface BackupRow {
  id: string;
  name: string | null;
  location: string;
  host: string | null;
  reason: Backup['reason'];
  status: Backup['status'];
  user_name: string | null;
  started_at: string;
  ended_at: string | null;
  read_bytes: number;
  bytes: number | null;
  rows: number | null;
  encrypted: boolean;
  failure: string | null;
}

const columns = 'id, name, location, host, reason, status, user_name, started_at, ended_at, read_bytes, bytes, rows, encrypted, failure';

/** A server that died while it made one. */
export const failAbandoned = statement<{ id: string }, { seconds: number; failure: string }>(
  'backups.fail-abandoned',
  `update backups set status = 'failed', ended_at = now(), failure = $failure
   where status = 'running' and beat_at < now() - make_interval(secs => $seconds) returning id`,
);

/** @returns no row if another one is being made */
export const insertRunning = statement<
  BackupRow,
  { location: string; host: string | null; reason: Backup['reason']; userName: string | null; encrypted: boolean }
>(
  'backups.insert-running',
  `insert into backups (location, host, reason, status, user_name, encrypted)
   values ($location, $host, $reason, 'running', $userName, $encrypted) on conflict do nothing returning ${columns}`,
);

/** One that was made by a command. */
export const insertDone = statement<
  never,
  { name: string; location: string; host: string | null; bytes: number; rows: number; encrypted: boolean; startedAt: string }
>(
  'backups.insert-done',
  `insert into backups (name, location, host, reason, status, bytes, rows, encrypted, started_at, ended_at)
   values ($name, $location, $host, 'command', 'done', $bytes, $rows, $encrypted, $startedAt, now())`,
);

/** @returns no row if it is considered failed */
export const beat = statement<{ id: string }, { id: string; readBytes: number }>(
  'backups.beat',
  `update backups set beat_at = now(), read_bytes = $readBytes where id = $id and status = 'running' returning id`,
);

/** So that its file is found if this server dies before it can say that it is complete. */
export const nameRunning = statement<never, { id: string; name: string; bytes: number; rows: number }>(
  'backups.name-running',
  `update backups set name = $name, bytes = $bytes, rows = $rows where id = $id and status = 'running'`,
);

/** Failed ones that had been verified: their files may exist all the same. A bucket is asked for an hour; machines may come back later. */
export const selectUncertain = statement<BackupRow>(
  'backups.select-uncertain',
  `select ${columns} from backups where status = 'failed' and name is not null and (host is not null or ended_at > now() - interval '1 hour')`,
);

export const resolveUncertain = statement<never, { id: string; exists: boolean }>(
  'backups.resolve-uncertain',
  `update backups set status = case when $exists then 'done' else 'failed' end, failure = case when $exists then null else failure end,
     name = case when $exists then name end, bytes = case when $exists then bytes end, rows = case when $exists then rows end
   where id = $id and status = 'failed'`,
);

/** Also one that others considered abandoned while it was being made: it is complete. @returns no row if somebody deleted the entry then */
export const finish = statement<{ id: string }, { id: string; name: string; bytes: number; rows: number; readBytes: number }>(
  'backups.finish',
  `update backups set status = 'done', ended_at = now(), failure = null, name = $name, bytes = $bytes, rows = $rows,
     read_bytes = $readBytes
   where id = $id returning id`,
);

export const fail = statement<never, { id: string; failure: string }>(
  'backups.fail',
  `update backups set status = 'failed', ended_at = now(), failure = $failure where id = $id and status = 'running'`,
);

export const selectNewest = statement<BackupRow, { limit: number }>(
  'backups.select-newest',
  `select ${columns} from backups order by started_at desc, id desc limit $limit`,
);

export const selectBackup = statement<BackupRow, { id: string }>('backups.select', `select ${columns} from backups where id = $id`);

/** The newest complete ones, of which a restore test takes one that it can read. */
export const selectDone = statement<BackupRow, { limit: number }>(
  'backups.select-done',
  `select ${columns} from backups where status = 'done' order by started_at desc limit $limit`,
);

/** Those made by themselves that exceed the number to keep in one place. */
export const selectExcess = statement<BackupRow, { location: string; keep: number }>(
  'backups.select-excess',
  `select ${columns} from backups
   where reason = 'scheduled' and status = 'done' and location = $location
   order by started_at desc offset $keep`,
);

export const deleteRow = statement<{ id: string }, { id: string }>(
  'backups.delete',
  `delete from backups where id = $id and status <> 'running' returning id`,
);

export const deleteOldFailures = statement<{ id: string }, { days: number }>(
  'backups.delete-old-failures',
  `delete from backups where status = 'failed' and started_at < now() - make_interval(days => $days) returning id`,
);

/** Whether a backup should be made now: none is being made, the last one is old enough, and the last failure some time ago. */
export const selectDue = statement<{ due: boolean }, { hours: number; retryMinutes: number }>(
  'backups.select-due',
  `select not exists (
     select from backups where status = 'running'
       or (reason = 'scheduled' and status = 'done' and started_at > now() - make_interval(hours => $hours))
       or (reason = 'scheduled' and status = 'failed' and started_at > now() - make_interval(mins => $retryMinutes))
   ) as due`,
);

/** Seconds since the last complete backup was begun; no row if there is none. */
export const selectAge = statement<{ seconds: number }>(
  'backups.select-age',
  `select extract(epoch from now() - started_at)::float8 as seconds from backups where status = 'done' order by started_at desc limit 1`,
);

/** The same; if none was ever complete, since the first attempt, so that an alarm can tell. Null if nothing was tried. */
export const selectOverdue = statement<{ seconds: number | null }>(
  'backups.select-overdue',
  `select extract(epoch from now() - coalesce(max(started_at) filter (where status = 'done'), min(started_at)))::float8 as seconds
   from backups`,
);

export interface RestoreTestRow {
  backup_name: string;
  tested_at: string;
  passed: boolean;
  seconds: number;
  rows: number | null;
  target: RestoreTest['target'];
  failure: string | null;
}

export const selectLastTest = statement<RestoreTestRow>(
  'backups.select-last-test',
  'select backup_name, tested_at, passed, seconds, rows, target, failure from restore_tests order by tested_at desc, id desc limit 1',
);

export const selectDatabaseSize = statement<{ bytes: number }>(
  'backups.select-database-size',
  'select pg_database_size(current_database())::float8 as bytes',
);

/** Whether the last test is older than these days, or the last failure older than a day. */
export const selectTestDue = statement<{ due: boolean }, { days: number }>(
  'backups.select-test-due',
  `select not exists (
     select from restore_tests where tested_at > now() - make_interval(days => case when passed then $days::int else 1 end)
   ) as due`,
);

export const insertTest = statement<
  never,
  { backupName: string; passed: boolean; seconds: number; rows: number | null; target: RestoreTest['target']; failure: string | null }
>(
  'backups.insert-test',
  `insert into restore_tests (backup_name, passed, seconds, rows, target, failure)
   values ($backupName, $passed, $seconds, $rows, $target, $failure)`,
);

/** Where entries about the whole installation are recorded; no row before anybody has signed up. */
export const selectFirstOrganization = statement<{ id: string }>(
  'backups.select-first-organization',
  'select id from organizations order by created_at, id limit 1',
);
