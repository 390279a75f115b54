import { statement } from '../statement.ts';

/** Another primary, or one after a failover, has another history: its positions say nothing about this one's. */
export interface PrimaryRow {
  position: string;
  system: string;
  timeline: string;
}

/**
 * Where the primary is. Commits are visible once they are flushed; with synchronous_commit = off they are visible before that, and only the
 * end of the log is certain to include them.
 */
export const selectPrimary = statement<PrimaryRow>(
  'replicas.select-primary',
  `select (case when current_setting('synchronous_commit') = 'off' then pg_current_wal_insert_lsn() else pg_current_wal_flush_lsn() end)::text as position,
     system_identifier::text as system, left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) as timeline
   from pg_control_system()`,
);

interface ReplicaRow {
  /** Everything up to here is visible there. Null if nothing has been replayed. */
  position: string | null;
  system: string;
  /** As of its last restartpoint, so it follows a failover of the primary after minutes. */
  timeline: string;
  /** A promoted one is a database of its own. */
  standby: boolean;
}

export const selectReplica = statement<ReplicaRow>(
  'replicas.select-replica',
  `select pg_last_wal_replay_lsn()::text as position, system_identifier::text as system,
     lpad(upper(to_hex(min_recovery_end_timeline)), 8, '0') as timeline, pg_is_in_recovery() as standby
   from pg_control_system(), pg_control_recovery()`,
);
