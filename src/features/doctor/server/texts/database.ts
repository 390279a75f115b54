/** What the checks of the database and its tables say. */
const mb = (bytes: number) => (bytes < 1e9 ? `${Math.ceil(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`);
const count = (number: number) => Math.round(number).toLocaleString('en');

export const texts = {
  reachable: {
    ok: (version: string, database: string, ms: number) =>
      `Connected to PostgreSQL ${version}, database ${database} in UTF8, in ${Math.round(ms)} ms, over connections of its own.`,
    failed: (reason: string) => ({
      detail: reason,
      advice: 'Try the same address with psql. docs/doctor.md has the usual causes: address, firewall, password, database, pooler.',
    }),
  },
  tls: {
    ok: (version: string) => `The connection to PostgreSQL is encrypted (${version}), and its certificate is checked.`,
    local: 'PostgreSQL is on this machine, so the connection needs no TLS.',
    unverified: {
      detail: 'The connection to PostgreSQL is encrypted, but nobody checks whose certificate it is.',
      advice: 'Use sslmode=verify-full in DATABASE_URL, with sslrootcert for your own certificate authority.',
    },
    off: {
      detail: 'The connection to PostgreSQL, which is on another machine, is not encrypted.',
      advice: 'Add ?sslmode=verify-full to DATABASE_URL, once PostgreSQL has a certificate.',
    },
  },
  write: {
    ok: (write: number, read: number) => `A row was written in ${write.toFixed(1)} ms and read back in ${read.toFixed(1)} ms.`,
    slow: (write: number, read: number) => ({
      detail: `Writing a row took ${Math.round(write)} ms, and reading it back ${Math.round(read)} ms; a few are usual.`,
      advice: 'Look at the load of PostgreSQL’s machine and its disk, and at the network between it and the servers.',
    }),
    lost: {
      detail: 'A row was written and then not found.',
      advice: 'DATABASE_URL leads to several PostgreSQL servers, such as a primary and its standby. It must lead to the primary alone.',
    },
    rejected: (reason: string) => ({
      detail: reason,
      advice: 'Make room on PostgreSQL’s disk, or allow writes again (default_transaction_read_only, a failover that is under way).',
    }),
  },
  durability: {
    ok: 'What PostgreSQL has confirmed survives a power failure.',
    off: (list: string) => ({
      detail: `After a power failure or a crash of the machine, PostgreSQL may lose what it confirmed, or all of its data (${list}).`,
      advice: 'Set these to on in postgresql.conf, and reload.',
    }),
    late: {
      detail: 'PostgreSQL confirms changes before they are on the disk: a crash loses the last ones (synchronous_commit = off).',
      advice: 'Set synchronous_commit = on in postgresql.conf, and reload.',
    },
  },
  clock: {
    ok: (ms: number) => `The clock of this machine and PostgreSQL’s differ by ${Math.round(Math.abs(ms))} ms.`,
    off: (ms: number) => ({
      detail: `The clock of this machine is ${(Math.abs(ms) / 1000).toFixed(1)} s ${ms > 0 ? 'ahead of' : 'behind'} PostgreSQL’s.`,
      advice: 'Synchronize both machines with NTP (chrony, systemd-timesyncd).',
    }),
  },
  connections: {
    ok: (used: number, available: number, needed: number) =>
      `${used} of ${available} connections are in use; the servers may use up to ${needed}.`,
    tooFew: (needed: number, available: number, sum: string) => ({
      detail: `The servers may need ${needed} connections (${sum}), and PostgreSQL allows ${available}.`,
      advice: 'Raise max_connections of PostgreSQL, or lower WEB_CONCURRENCY or PG_POOL_MAX.',
    }),
    /** @param full whether hardly one is left */
    used: (used: number, available: number) => ({
      detail: `${used} of ${available} connections of PostgreSQL are in use.`,
      advice: 'Find what holds them in pg_stat_activity, or raise max_connections. When none is left, requests are refused.',
    }),
    small: (size: number) => ({
      detail: `PG_POOL_MAX is ${size}, less than the 5 that even a few users need.`,
      advice: 'Remove PG_POOL_MAX for the default of 20.',
    }),
    large: (size: number) => ({
      detail: `PG_POOL_MAX is ${size}. Beyond 50, PostgreSQL gets slower rather than faster.`,
      advice: 'Set PG_POOL_MAX to 50 or less, and raise WEB_CONCURRENCY if the processors are busy.',
    }),
  },
  pooler: {
    none: 'DATABASE_DIRECT_URL is not set, so the servers use connections of their own.',
    ok: 'The pooler leads to the same database as DATABASE_DIRECT_URL, and its connections have timeouts.',
    unlimited: (names: string, settings: string) => ({
      detail: `Connections of the pooler have no ${names}: what a server leaves behind when it dies may hold locks forever.`,
      advice: `Set them in the pooler (PgBouncer: connect_query='${settings}'), or for its user with alter role.`,
    }),
    failed: (reason: string) => ({ detail: reason, advice: 'docs/scaling.md, “PgBouncer”, has both addresses.' }),
  },
  replicas: {
    none: 'DATABASE_REPLICA_URLS is not set, so all reads go to the primary.',
    ok: (name: string, ms: number) => `The replica ${name} had everything that the primary had after ${Math.round(ms)} ms.`,
    unreachable: (name: string, reason: string) => ({
      detail: `The replica ${name} cannot be asked: ${reason}. Its reads go to the primary.`,
      advice: 'Start it, or take it out of DATABASE_REPLICA_URLS.',
    }),
    anotherDatabase: (name: string) => ({
      detail: `${name} in DATABASE_REPLICA_URLS is no copy of the database at DATABASE_URL, so nothing is read from it.`,
      advice: 'Name only streaming replicas of that database.',
    }),
    promoted: (name: string) => ({
      detail: `${name} in DATABASE_REPLICA_URLS takes writes, so it is a primary and nothing is read from it.`,
      advice: 'If it was promoted, set DATABASE_URL to it on all servers. Otherwise take it out of the list.',
    }),
    timeline: (name: string) => ({
      detail: `The replica ${name} is on another timeline than the primary, so nothing is read from it.`,
      advice: 'Wait five minutes after a failover. If it stays, it follows the old primary: make it again from the new one.',
    }),
    behind: (name: string, seconds: number, bytes: number) => ({
      detail: `The replica ${name} did not get where the primary was in ${seconds} s; ${mb(bytes)} of log are missing.`,
      advice: 'Look at its disk and processor, at the network, and at queries there that replay waits for (max_standby_streaming_delay).',
    }),
  },
  migrations: {
    ok: (number: number) => `All ${number} migrations are applied.`,
    none: 'The tables are created when the server first starts.',
    pending: (names: string) => ({
      detail: `Not applied yet: ${names}.`,
      advice: 'Start the server, or run npm run migrate. Servers of the previous version keep working meanwhile.',
    }),
    newer: (numbers: string) => ({
      detail: `The database has migrations of a newer version, with which this one still works: ${numbers}.`,
      advice: 'Complete the upgrade: start the newer version on every server. docs/upgrading.md has the steps, and the way back.',
    }),
    tooNew: (numbers: string) => ({
      detail: `The database has migrations that this version does not know: ${numbers}. It was used by a newer version.`,
      advice: 'Start that newer version, or restore a backup from before the upgrade.',
    }),
    changed: (names: string) => ({
      detail: `Changed after they had been applied: ${names}.`,
      advice: 'Restore these files in db/migrations from the release. The server does not start until then.',
    }),
  },
  sessions: {
    ok: (rows: number, bytes: number) => `The table has its index, about ${count(rows)} rows and ${mb(bytes)}.`,
    missing: {
      detail: 'The table sessions does not exist, so nobody can sign in.',
      advice: 'Restore a backup. The table is created by the first migration, and something has dropped it since.',
    },
    noIndex: {
      detail: 'The table sessions has no index idx_sessions_expire, so each clean-up reads all of it.',
      advice: 'Run: create index concurrently idx_sessions_expire on sessions (expire);',
    },
    large: (rows: number, bytes: number) => ({
      detail: `The table sessions has about ${count(rows)} rows and ${mb(bytes)}.`,
      advice:
        'See whether the check “Expired sessions” passes, lower SESSION_TTL_DAYS, and look for a program that signs in again and again.',
    }),
    clean: 'No session has been expired for longer than an hour.',
    old: (number: number, more: boolean) => ({
      detail: `${more ? 'More than ' : ''}${count(number)} sessions expired more than an hour ago and are still there.`,
      advice: 'The servers delete them every 15 minutes. Look for “a recurring job failed” and sessions-clean-up in their log.',
    }),
    noServer: 'No server runs, so nothing is cleaned up now.',
  },
  indexes: {
    ok: (number: number) => `All ${number} indexes are there and valid.`,
    missing: (name: string, definition: string) => ({
      detail: `The index ${name} is missing.`,
      advice: `Run: ${definition};`,
    }),
    missingKey: (name: string) => ({
      detail: `The key ${name} is missing.`,
      advice: 'Something has dropped it. Restore a backup, or add it again as it is in db/schema.sql.',
    }),
    invalid: (name: string) => ({
      detail: `The index ${name} is invalid: PostgreSQL maintains it and cannot use it.`,
      advice: `Run: reindex index concurrently ${name};`,
    }),
    noSearch: {
      detail: 'Search works without an index, and so reads all files: the extensions pg_trgm and btree_gin are not installed.',
      advice: 'Install PostgreSQL’s contrib package, and create both extensions before the next upgrade. docs/files.md has more.',
    },
    pending: 'Migrations are pending, so some indexes may not exist yet.',
    unused: (list: string) => ({
      detail: `Made by somebody else, large, and never used: ${list}.`,
      advice: 'Each write maintains them for nothing. If statistics were not reset lately, drop them.',
    }),
    noneUnused: (own: number) =>
      own === 0 ? 'No large index goes unused.' : `No large index goes unused, apart from ${own} that Guildhall needs now and then.`,
    size: (name: string, bytes: number) => `${name} (${mb(bytes)})`,
  },
  bloat: {
    ok: 'Autovacuum keeps up: no table has many dead rows.',
    dead: (table: string, dead: number, live: number) => ({
      detail: `The table ${table} has ${count(dead)} dead rows beside ${count(live)} live ones.`,
      advice: `Run: vacuum (analyze) ${table}; If this comes back, look for long transactions, or let autovacuum run more often.`,
    }),
    off: {
      detail: 'Autovacuum is off, so tables only grow, and plans get worse.',
      advice: 'Set autovacuum = on in postgresql.conf, and reload.',
    },
  },
  stuck: {
    ok: 'No transaction is long, and none waits for a lock.',
    long: (pid: number, application: string, seconds: number) => ({
      detail: `A transaction of ${application || 'an unnamed program'} (process ${pid}) has been open for ${Math.round(seconds / 60)} minutes.`,
      advice: `It keeps dead rows from being removed. Finish it, or run: select pg_terminate_backend(${pid});`,
    }),
    waiting: (pid: number, application: string, blockers: string) => ({
      detail: `A statement of ${application || 'an unnamed program'} (process ${pid}) waits for a lock that process ${blockers} holds.`,
      advice: `See in pg_stat_activity what process ${blockers} does. To end it: select pg_terminate_backend(${blockers.split(',')[0]});`,
    }),
  },
  jobs: {
    ok: 'Every recurring job ran when it was due.',
    overdue: (list: string) => ({
      detail: `Due for more than an hour: ${list}.`,
      advice: 'Look for “a recurring job failed” in the log of the servers. Restart them if there is none.',
    }),
    overdueOne: (name: string, hours: number) => `${name} (${hours.toFixed(0)} h)`,
    noServer: 'No server runs, so no job runs now.',
  },
};
