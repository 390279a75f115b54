/** The tables: sessions, indexes, dead rows, locks and recurring jobs. */
import { readFile } from 'node:fs/promises';
import { BLOATED } from '#features/monitor/bloat.ts';
import { readMigrations } from '#kernel/database/migrate.ts';
import type { Queryable } from '#kernel/database/statement.ts';
import { type Check, type Finding, failed, ok, skipped, warning } from '../check.ts';
import type { Context } from '../context.ts';
import * as sql from '../queries.ts';
import { texts } from '../texts/database.ts';
import { readApplied } from './database.ts';

const LARGE_SESSIONS = { rows: 1_000_000, bytes: 1e9 };
const MAX_COUNTED = 10_000;
const LARGE_INDEX_BYTES = 10e6;
const STUCK = { longSeconds: 300, waitSeconds: 2 };
const schemaFile = new URL('../../../../../db/schema.sql', import.meta.url);
/** Made where PostgreSQL has the extensions for it. */
const SEARCH_INDEX = 'blobs_search';

async function checkSessions({ database }: Context): Promise<Finding> {
  const [row] = await sql.selectSessionsTable(await database());
  if (!row?.started) return skipped(texts.migrations.none);
  const { present, indexed, rows, bytes } = row;
  if (!present) return failed(texts.sessions.missing);
  if (!indexed) return failed(texts.sessions.noIndex);
  const large = rows > LARGE_SESSIONS.rows || bytes > LARGE_SESSIONS.bytes;
  return large ? warning(texts.sessions.large(rows, bytes)) : ok(texts.sessions.ok(rows, bytes));
}

async function checkCleanup({ database, anyServerRuns }: Context): Promise<Finding> {
  if (!(await anyServerRuns())) return skipped(texts.sessions.noServer);
  const [row] = await sql.countExpiredSessions(await database(), { max: MAX_COUNTED });
  const expired = row?.expired ?? 0;
  return expired > 0 ? warning(texts.sessions.old(expired, expired === MAX_COUNTED)) : ok(texts.sessions.clean);
}

/** The indexes that belong to this version: definitions by name; those of keys are undefined. */
async function readExpectedIndexes(): Promise<ReadonlyMap<string, string | undefined>> {
  const schema = await readFile(schemaFile, 'utf8');
  const indexes = [...schema.matchAll(/^(CREATE (?:UNIQUE )?INDEX (\w+) .*?);?$/gm)].map(
    ([, definition = '', name = '']): [string, string] => [name, definition],
  );
  const keys = [...schema.matchAll(/^ {2}constraint (\w+) (?:PRIMARY KEY|UNIQUE)/gm)].map(([, name = '']): [string, undefined] => [
    name,
    undefined,
  ]);
  return new Map<string, string | undefined>([...indexes, ...keys]);
}

async function areMigrationsPending(db: Queryable): Promise<boolean> {
  const [known, applied] = await Promise.all([readMigrations(), readApplied(db)]);
  return known.some(({ number }) => !applied?.has(number));
}

async function checkIndexes({ database }: Context): Promise<Finding | Finding[]> {
  const db = await database();
  if (await areMigrationsPending(db)) return skipped(texts.indexes.pending);
  const expected = await readExpectedIndexes();
  const found = new Map((await sql.selectIndexes(db)).map((index) => [index.name, index]));
  const extensions = new Set((await sql.selectExtensions(db)).map(({ name }) => name));
  const searchable = extensions.has('pg_trgm') && extensions.has('btree_gin');
  const findings: Finding[] = [];
  for (const [name, definition] of expected) {
    const index = found.get(name);
    if (index && !index.valid) findings.push(failed(texts.indexes.invalid(name)));
    if (index) continue;
    if (name === SEARCH_INDEX && !searchable) findings.push(warning(texts.indexes.noSearch));
    else if (definition === undefined) findings.push(failed(texts.indexes.missingKey(name)));
    else findings.push(failed(texts.indexes.missing(name, definition.replace(/INDEX /, 'INDEX CONCURRENTLY '))));
  }
  return findings.length > 0 ? findings : ok(texts.indexes.ok(expected.size));
}

async function checkUnused({ database }: Context): Promise<Finding> {
  const expected = await readExpectedIndexes();
  const unused = (await sql.selectIndexes(await database())).filter(({ scans, bytes }) => scans === 0 && bytes > LARGE_INDEX_BYTES);
  const foreign = unused.filter(({ name }) => !expected.has(name));
  if (foreign.length === 0) return ok(texts.indexes.noneUnused(unused.length));
  return warning(texts.indexes.unused(foreign.map(({ name, bytes }) => texts.indexes.size(name, bytes)).join(', ')));
}

async function checkBloat({ database }: Context): Promise<Finding | Finding[]> {
  const db = await database();
  const [autovacuum] = await sql.selectAutovacuum(db);
  if (!autovacuum?.on) return warning(texts.bloat.off);
  const bloated = await sql.selectBloated(db, BLOATED);
  return bloated.length === 0 ? ok(texts.bloat.ok) : bloated.map(({ table, dead, live }) => warning(texts.bloat.dead(table, dead, live)));
}

async function checkStuck({ database }: Context): Promise<Finding | Finding[]> {
  const stuck = await sql.selectStuck(await database(), STUCK);
  if (stuck.length === 0) return ok(texts.stuck.ok);
  return stuck.map(({ pid, application, seconds, blocked_by: blockers }) =>
    warning(blockers.length > 0 ? texts.stuck.waiting(pid, application, blockers.join(', ')) : texts.stuck.long(pid, application, seconds)),
  );
}

async function checkJobs({ database, anyServerRuns }: Context): Promise<Finding> {
  if (!(await anyServerRuns())) return skipped(texts.jobs.noServer);
  const overdue = await sql.selectOverdueJobs(await database());
  if (overdue.length === 0) return ok(texts.jobs.ok);
  return warning(texts.jobs.overdue(overdue.map(({ name, hours }) => texts.jobs.overdueOne(name, hours)).join(', ')));
}

export const tableChecks: readonly Check[] = [
  { code: 'sessions_table', needs: ['database'], run: checkSessions },
  { code: 'sessions_cleanup', needs: ['database'], run: checkCleanup },
  { code: 'indexes', needs: ['database'], run: checkIndexes },
  { code: 'unused_indexes', needs: ['database'], run: checkUnused },
  { code: 'table_bloat', needs: ['database'], run: checkBloat },
  { code: 'long_transactions', needs: ['database'], run: checkStuck },
  { code: 'recurring_jobs', needs: ['database'], run: checkJobs },
];
