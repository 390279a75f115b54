/** What PostgreSQL knows about itself: sizes, dead rows, standbys. Read rarely, and by one process of each server. */
import type { TableSize } from '#features/monitor/monitor-contract.ts';
import type { Database } from '#kernel/database/pool.ts';
import { statement } from '#kernel/database/statement.ts';
import type { Metrics } from '#kernel/metrics.ts';

/** Sizes are looked up in the file system. */
const LASTS_MS = 30_000;

interface TableRow {
  name: string;
  bytes: number;
  rows: number;
  dead_rows: number;
  last_vacuum_at: string | null;
}

const selectTables = statement<TableRow>(
  'monitor.select-tables',
  `select relname::text as name, pg_total_relation_size(relid)::float8 as bytes, n_live_tup::float8 as rows,
     n_dead_tup::float8 as dead_rows, greatest(last_vacuum, last_autovacuum) as last_vacuum_at
   from pg_stat_user_tables where schemaname = current_schema() order by 2 desc`,
);

const selectSize = statement<{ bytes: number }>(
  'monitor.select-database-size',
  'select pg_database_size(current_database())::float8 as bytes',
);

/** Without the right to see them (pg_monitor), a standby has no lag here. An idle one is not behind. */
const selectStandbys = statement<{ name: string; lag: number }>(
  'monitor.select-standbys',
  `select application_name || coalesce('@' || client_addr::text, '') as name, coalesce(extract(epoch from replay_lag), 0)::float8 as lag
   from pg_stat_replication where state is not null`,
);

export type DatabaseFigures = ReturnType<typeof createDatabaseFigures>;

export function createDatabaseFigures(db: Database) {
  let last: { at: number; figures: Promise<{ tables: TableSize[]; bytes: number; standbys: { name: string; lag: number }[] }> } | undefined;

  async function load() {
    const [tables, [size], standbys] = await Promise.all([selectTables(db), selectSize(db), selectStandbys(db)]);
    return { tables: tables.map(describe), bytes: size?.bytes ?? 0, standbys };
  }

  return {
    /** At most half a minute old. */
    read() {
      if (last && performance.now() - last.at < LASTS_MS) return last.figures;
      const figures = load();
      last = { at: performance.now(), figures };
      figures.catch(() => {
        last = undefined;
      });
      return figures;
    },
  };
}

const describe = ({ name, bytes, rows, dead_rows, last_vacuum_at }: TableRow): TableSize => ({
  name,
  bytes,
  rows,
  deadRows: dead_rows,
  lastVacuumAt: last_vacuum_at,
});

/** While PostgreSQL cannot be asked, these metrics are missing. */
export function registerDatabaseFigures(metrics: Metrics, figures: DatabaseFigures): void {
  type Figures = Awaited<ReturnType<DatabaseFigures['read']>>;
  function gauge<L extends string>(
    name: string,
    help: string,
    label: L,
    values: (figures: Figures) => (readonly [string, number])[],
  ): void {
    metrics.gauge<L>(
      name,
      help,
      async (of) => {
        of.reset();
        const read = await figures.read().catch(() => undefined);
        for (const [value, figure] of read ? values(read) : []) of.set({ [label]: value } as Record<L, string>, figure);
      },
      { labelNames: [label], aggregator: 'first' },
    );
  }
  const ofTables = (read: (table: TableSize) => number) => (all: Figures) => all.tables.map((each) => [each.name, read(each)] as const);
  gauge(
    'database_table_bytes',
    'Size of a table with its indexes',
    'table',
    ofTables(({ bytes }) => bytes),
  );
  gauge(
    'database_table_rows',
    'Rows of a table, as PostgreSQL estimates',
    'table',
    ofTables(({ rows }) => rows),
  );
  gauge(
    'database_table_dead_rows',
    'Rows of a table that were deleted or replaced and take space',
    'table',
    ofTables(({ deadRows }) => deadRows),
  );
  gauge('database_replication_lag_seconds', 'Seconds that a standby is behind; missing without one', 'standby', ({ standbys }) =>
    standbys.map(({ name, lag }) => [name, lag] as const),
  );
  metrics.gauge(
    'database_size_bytes',
    'Size of the database',
    (of) =>
      figures.read().then(
        ({ bytes }) => of.set(bytes),
        () => of.remove(),
      ),
    { aggregator: 'first' },
  );
}
