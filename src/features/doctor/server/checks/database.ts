/** The database: the connection, what it takes, its clock and its migrations. */
import { explainDatabaseFailure } from '#kernel/database/explain-start.ts';
import { readMigrations } from '#kernel/database/migrate.ts';
import type { Queryable } from '#kernel/database/statement.ts';
import { describeRejection, isWriteRejection } from '#kernel/database/writability.ts';
import { HttpProblem } from '#kernel/errors.ts';
import { type Check, type Finding, failed, ok, skipped, warning } from '../check.ts';
import type { Context } from '../context.ts';
import * as sql from '../queries.ts';
import { texts } from '../texts/database.ts';

const TRIES = 3;
/** A disk that takes longer keeps everybody waiting. */
const SLOW_MS = 500;
const CLOCK_WARNING_MS = 1000;
/** From here on, servers report themselves as degraded. */
const CLOCK_FAILURE_MS = 5000;
/** The smallest and largest pool of the guide. */
const [SMALLEST_POOL, LARGEST_POOL] = [5, 50];
/** Share of the connections from which on few are left. */
const MANY = 0.9;

async function checkReachable({ database, databaseAt }: Context): Promise<Finding> {
  if (databaseAt.url === undefined)
    return databaseAt.broken ? failed(texts.reachable.failed(databaseAt.reason)) : skipped(databaseAt.reason);
  const begun = performance.now();
  try {
    const [row] = await sql.selectServer(await database());
    const { version = '', name = '' } = row ?? {};
    return ok(texts.reachable.ok(version, name, performance.now() - begun));
  } catch (error) {
    return failed(texts.reachable.failed(explain(error)));
  }
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return explainDatabaseFailure(error) ?? error.message;
}

async function checkTls({ database, databaseAt: { url = '' } }: Context): Promise<Finding> {
  const [row] = await sql.selectTls(await database());
  if (!row?.encrypted) return row?.local ? ok(texts.tls.local) : warning(texts.tls.off);
  const parameters = URL.canParse(url) ? new URL(url).searchParams : new URLSearchParams();
  const mode = parameters.get('sslmode');
  const unverified = mode === 'no-verify' || (mode !== 'verify-full' && parameters.get('uselibpqcompat') === 'true');
  return unverified ? warning(texts.tls.unverified) : ok(texts.tls.ok(row.version ?? 'TLS'));
}

/** The best of a few: one may wait for something else. */
async function checkWrite({ database }: Context): Promise<Finding> {
  const db = await database();
  let best = { write: Infinity, read: Infinity };
  try {
    for (let tries = 0; tries < TRIES; tries++) {
      const begun = performance.now();
      const [written] = await sql.insertProbe(db);
      const wrote = performance.now();
      const [read] = await sql.selectProbe(db, { id: written?.id ?? '' });
      // A server may just have emptied the table.
      if (!read?.found) continue;
      const taken = { write: wrote - begun, read: performance.now() - wrote };
      if (taken.write + taken.read < best.write + best.read) best = taken;
    }
  } catch (error) {
    if (error instanceof HttpProblem && isWriteRejection(error.code)) return failed(texts.write.rejected(describeRejection(error.code)));
    throw error;
  }
  const { write, read } = best;
  if (write === Infinity) return failed(texts.write.lost);
  return Math.max(write, read) > SLOW_MS ? warning(texts.write.slow(write, read)) : ok(texts.write.ok(write, read));
}

async function checkDurability({ database }: Context): Promise<Finding> {
  const [row] = await sql.selectDurability(await database());
  const off = (['fsync', 'full_page_writes'] as const).filter((name) => row?.[name] === false);
  if (off.length > 0) return failed(texts.durability.off(off.map((name) => `${name} = off`).join(', ')));
  return row?.synchronous === false ? warning(texts.durability.late) : ok(texts.durability.ok);
}

/** Positive: this machine is ahead. The answer was read halfway between sending and receiving, give or take half of that. */
async function measureClock(db: Queryable): Promise<{ ms: number; within: number }> {
  const sent = Date.now();
  const begun = performance.now();
  const [row] = await sql.selectClock(db);
  const half = (performance.now() - begun) / 2;
  return { ms: sent + half - (row?.now ?? 0), within: half };
}

async function checkClock({ database }: Context): Promise<Finding> {
  const db = await database();
  // The first one may include a new connection.
  await measureClock(db);
  const { ms, within } = await measureClock(db);
  const difference = Math.abs(ms) - within;
  if (difference > CLOCK_FAILURE_MS) return failed(texts.clock.off(ms));
  return difference > CLOCK_WARNING_MS ? warning(texts.clock.off(ms)) : ok(texts.clock.ok(ms));
}

async function checkConnections({ database, settings: { processes, poolMax, directUrl } }: Context): Promise<Finding> {
  const db = await database();
  const [row] = await sql.selectConnections(db);
  // The tables may not exist yet.
  const [beats] = await sql.countBeats(db).catch(() => []);
  const { available = 0, used = 0 } = row ?? {};
  const all = Math.max(processes, beats?.servers ?? 0);
  const needed = all * (poolMax + 1) + 2;
  // The pooler bounds the connections of the pools.
  if (directUrl === undefined && needed > available)
    return failed(texts.connections.tooFew(needed, available, `${all} × (${poolMax} + 1) + 2`));
  if (used >= available * MANY) return warning(texts.connections.used(used, available));
  if (poolMax < SMALLEST_POOL) return warning(texts.connections.small(poolMax));
  if (poolMax > LARGEST_POOL) return warning(texts.connections.large(poolMax));
  return ok(texts.connections.ok(used, available, needed));
}

async function checkMigrations({ database }: Context): Promise<Finding | Finding[]> {
  const [known, applied] = await Promise.all([readMigrations(), readApplied(await database())]);
  if (!applied) return skipped(texts.migrations.none);
  const numbers = new Set(known.map(({ number }) => number));
  const newer = [...applied.values()].filter(({ number }) => !numbers.has(number));
  const newest = Math.max(...numbers);
  // During an upgrade, the release before runs on a database that the next one has migrated.
  const stillWorks = newer.every(({ works_from: worksFrom }) => worksFrom !== null && worksFrom <= newest);
  const changed = known.filter(({ number, checksum }) => (applied.get(number)?.checksum ?? checksum) !== checksum);
  const pending = known.filter(({ number }) => !applied.has(number));
  const names = (list: typeof known) => list.map(({ name }) => name).join(', ');
  const later = newer.map(({ number }) => number).join(', ');
  const findings = [
    ...(newer.length > 0 ? [stillWorks ? warning(texts.migrations.newer(later)) : failed(texts.migrations.tooNew(later))] : []),
    ...(changed.length > 0 ? [failed(texts.migrations.changed(names(changed)))] : []),
    ...(pending.length > 0 ? [warning(texts.migrations.pending(names(pending)))] : []),
  ];
  return findings.length > 0 ? findings : ok(texts.migrations.ok(known.length));
}

type Applied = ReadonlyMap<number, Awaited<ReturnType<typeof sql.selectMigrations>>[number]>;

/** @returns by number; undefined before the first start */
export async function readApplied(db: Queryable): Promise<Applied | undefined> {
  const [row] = await sql.selectSessionsTable(db);
  if (!row?.started) return undefined;
  return new Map((await sql.selectMigrations(db)).map((migration) => [migration.number, migration]));
}

export const databaseChecks: readonly Check[] = [
  { code: 'database_reachable', run: checkReachable },
  { code: 'database_tls', needs: ['database'], run: checkTls },
  { code: 'database_write', needs: ['database'], run: checkWrite },
  { code: 'database_durability', needs: ['database'], run: checkDurability },
  { code: 'database_clock', needs: ['database'], run: checkClock },
  { code: 'database_connections', needs: ['database'], run: checkConnections },
  { code: 'migrations', needs: ['database'], run: checkMigrations },
];
