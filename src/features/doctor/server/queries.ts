/** What the doctor asks PostgreSQL. It reads tables of other features, since it looks at an installation from outside. */
import type { CheckResult } from '#features/doctor/contract.ts';
import type { LoadTest } from '#features/monitor/load-report.ts';
import { statement } from '#kernel/database/statement.ts';

/** Seconds since a server's last heartbeat after which it no longer counts. */
const ALIVE = `beat_at > now() - interval '10 seconds'`;

export const countBeats = statement<{ servers: number }>(
  'doctor.count-beats',
  `select count(*)::int as servers from servers where ${ALIVE}`,
);

export const selectVersions = statement<{ version: string | null; servers: number }>(
  'doctor.select-versions',
  `select version, count(*)::int as servers from servers where ${ALIVE} group by version order by version`,
);

/** Seconds since any server's metrics were requested. */
export const selectLastScrape = statement<{ seconds: number | null }>(
  'doctor.select-last-scrape',
  `select extract(epoch from now() - max(scraped_at))::float8 as seconds from servers where ${ALIVE}`,
);

export const selectServer = statement<{ version: string; name: string }>(
  'doctor.select-server',
  `select current_setting('server_version') as version, current_database()::text as name`,
);

export const selectTls = statement<{ encrypted: boolean; local: boolean; version: string | null }>(
  'doctor.select-tls',
  `select coalesce(bool_or(s.ssl), false) as encrypted, max(s.version) as version,
     inet_server_addr() is null or inet_server_addr() = inet_client_addr() as local
   from (select ssl, version from pg_stat_ssl where pid = pg_backend_pid()) s`,
);

/** Emptied by servers before it grows, like those of their own probes. */
export const insertProbe = statement<{ id: string }>(
  'doctor.insert-probe',
  `insert into write_probes (filler) values ('\\x00') returning ctid::text as id`,
);

export const selectProbe = statement<{ found: boolean }, { id: string }>(
  'doctor.select-probe',
  'select exists (select from write_probes where ctid = $id::text::tid) as found',
);

export const selectDurability = statement<{ fsync: boolean; full_page_writes: boolean; synchronous: boolean }>(
  'doctor.select-durability',
  `select current_setting('fsync')::boolean as fsync, current_setting('full_page_writes')::boolean as full_page_writes,
     current_setting('synchronous_commit') <> 'off' as synchronous`,
);

/** In milliseconds since 1970. */
export const selectClock = statement<{ now: number }>(
  'doctor.select-clock',
  'select extract(epoch from clock_timestamp())::float8 * 1000 as now',
);

/** Timeouts that are switched off, in words; null: none is. */
export const selectTimeouts = statement<{ unlimited: string | null }>(
  'doctor.select-timeouts',
  `select string_agg(name, ', ' order by name) as unlimited from pg_settings
   where name in ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout') and setting = '0'`,
);

/** `available`: to this user in this database. `used`: of all users, also where this one may not see what theirs do. */
export const selectConnections = statement<{ available: number; used: number }>(
  'doctor.select-connections',
  `select least(
       current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
         - coalesce(current_setting('reserved_connections', true)::int, 0),
       (select nullif(datconnlimit, -1) from pg_database where datname = current_database()),
       (select nullif(rolconnlimit, -1) from pg_roles where rolname = current_user)) as available,
     (select sum(numbackends)::int from pg_stat_database) as used`,
);

/** `works_from`: the oldest version that still works with it, by its newest migration; null before versions said so. */
export const selectMigrations = statement<{ number: number; checksum: string; works_from: number | null }>(
  'doctor.select-migrations',
  `select number, checksum, (to_jsonb(m) ->> 'works_from')::int as works_from from migrations m`,
);

export const selectSessionsTable = statement<{ started: boolean; present: boolean; indexed: boolean; rows: number; bytes: number }>(
  'doctor.select-sessions-table',
  `select to_regclass('migrations') is not null as started, to_regclass('sessions') is not null as present,
     exists (select from pg_index where indexrelid = to_regclass('idx_sessions_expire') and indisvalid) as indexed,
     coalesce((select greatest(reltuples, 0)::float8 from pg_class where oid = to_regclass('sessions')), 0) as rows,
     coalesce(pg_total_relation_size(to_regclass('sessions')), 0)::float8 as bytes`,
);

export const countExpiredSessions = statement<{ expired: number }, { max: number }>(
  'doctor.count-expired-sessions',
  `select count(*)::int as expired from (select from sessions where expire < now() - interval '1 hour' limit $max::int) s`,
);

export const selectIndexes = statement<{ name: string; table: string; valid: boolean; scans: number; bytes: number }>(
  'doctor.select-indexes',
  `select c.relname::text as name, i.indrelid::regclass::text as table, i.indisvalid as valid,
     coalesce(s.idx_scan, 0)::float8 as scans, pg_relation_size(i.indexrelid)::float8 as bytes
   from pg_index i join pg_class c on c.oid = i.indexrelid left join pg_stat_user_indexes s on s.indexrelid = i.indexrelid
   where c.relnamespace = 'public'::regnamespace`,
);

export const selectExtensions = statement<{ name: string }>('doctor.select-extensions', 'select extname::text as name from pg_extension');

export const selectBloated = statement<{ table: string; dead: number; live: number }, { min: number; share: number }>(
  'doctor.select-bloated',
  `select relname::text as table, n_dead_tup::float8 as dead, n_live_tup::float8 as live from pg_stat_user_tables
   where relname <> 'write_probes' and n_dead_tup > $min::int and n_dead_tup > n_live_tup * $share::float8
   order by n_dead_tup desc limit 5`,
);

export const selectAutovacuum = statement<{ on: boolean }>(
  'doctor.select-autovacuum',
  `select current_setting('autovacuum')::boolean as on`,
);

/** `blocked_by`: empty for a transaction that is merely long. */
export const selectStuck = statement<
  { pid: number; application: string; seconds: number; blocked_by: number[] },
  { longSeconds: number; waitSeconds: number }
>(
  'doctor.select-stuck',
  `select pid, application_name as application, extract(epoch from now() - coalesce(xact_start, state_change))::float8 as seconds,
     pg_blocking_pids(pid) as blocked_by
   from pg_stat_activity
   where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()
     and (xact_start < now() - make_interval(secs => $longSeconds::float8)
       or wait_event_type = 'Lock' and state_change < now() - make_interval(secs => $waitSeconds::float8))
   order by seconds desc limit 5`,
);

/** Not those that no version has any more. */
export const selectOverdueJobs = statement<{ name: string; hours: number }>(
  'doctor.select-overdue-jobs',
  `select name, extract(epoch from now() - due_at)::float8 / 3600 as hours from recurring_jobs
   where due_at < now() - interval '1 hour' and due_at > now() - interval '7 days' and (claimed_until is null or claimed_until < now()) order by due_at limit 5`,
);

/** Fails unless the user may see it. */
export const selectDataFolder = statement<{ folder: string }>(
  'doctor.select-data-folder',
  `select setting as folder from pg_settings where name = 'data_directory'`,
);

/** Seconds since the restore that nobody has confirmed; no row if there is none. */
export const selectUnconfirmed = statement<{ seconds: number }>(
  'doctor.select-unconfirmed',
  `select extract(epoch from now() - restored_at)::float8 as seconds from restores where confirmed_at is null`,
);

export const selectLoadTest = statement<{ test: LoadTest; started_at: string; passed: boolean }>(
  'doctor.select-load-test',
  `select test, started_at, passed from load_reports where test = 'load' order by started_at desc, id desc limit 1`,
);

export const selectTableSizes = statement<{ table: string; rows: number; bytes: number }>(
  'doctor.select-table-sizes',
  `select relname::text as table, n_live_tup::float8 as rows, pg_total_relation_size(relid)::float8 as bytes
   from pg_stat_user_tables order by 3 desc`,
);

export const selectChangedSettings = statement<{ name: string; value: string }>(
  'doctor.select-changed-settings',
  `select name, setting as value from pg_settings
   where name in ('max_connections', 'shared_buffers', 'work_mem', 'effective_cache_size', 'max_wal_size', 'autovacuum', 'fsync',
     'synchronous_commit', 'full_page_writes', 'jit', 'wal_level', 'archive_mode', 'default_transaction_read_only', 'server_version')
   order by name`,
);

export const selectReport = statement<{ checks: CheckResult[]; ran_at: string }>(
  'doctor.select-report',
  'select checks, ran_at from doctor_reports',
);

/** An older result never replaces a newer one. */
export const putReport = statement<never, { checks: string; ranAt: string }>(
  'doctor.put-report',
  `insert into doctor_reports (ran_at, checks) values ($ranAt::timestamptz, $checks::jsonb)
   on conflict (id) do update set ran_at = excluded.ran_at, checks = excluded.checks where doctor_reports.ran_at <= excluded.ran_at`,
);
