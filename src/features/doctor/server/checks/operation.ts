/** Daily operation: health, versions, log, metrics, backups and load tests. */
import { type Check, type Finding, failed, ok, skipped, warning } from '../check.ts';
import type { Context } from '../context.ts';
import { type Answer, ask } from '../http.ts';
import * as sql from '../queries.ts';
import { texts } from '../texts/operation.ts';

const MIN_TOKEN = 16;
const SCRAPED_SECONDS = 300;
/** Backups may be late by this much. */
const LATE = 1.5;
const RESTORE_TEST_SECONDS = 45 * 86_400;
const DAY_HOURS = 24;

const secondsSince = (at: Date | string) => (Date.now() - new Date(at).getTime()) / 1000;

async function checkHealth({ server }: Context): Promise<Finding> {
  const { status, checks, uptimeSeconds } = (await server()).health;
  if (status === 'ok') return ok(texts.health.ok(uptimeSeconds));
  const reasons = Object.values(checks).flatMap((check) => (check.ok ? [] : check.detail));
  const problem = texts.health.bad(status, reasons.join(' '));
  return status === 'unavailable' ? failed(problem) : warning(problem);
}

async function checkVersions({ database, version }: Context): Promise<Finding> {
  const rows = await sql.selectVersions(await database());
  const [first] = rows;
  if (!first) return skipped(texts.versions.none);
  const named = (each: typeof first) => each.version ?? texts.versions.unknown;
  if (rows.length > 1) return warning(texts.versions.mixed(rows.map((row) => texts.versions.count(named(row), row.servers)).join(', ')));
  if (first.version !== version) return warning(texts.versions.other(named(first), version));
  return ok(texts.versions.ok(version, first.servers));
}

/** Of the server here, over this machine alone: the token must not travel further. */
async function readMetrics({ server, settings: { metricsToken }, signal }: Context, withToken = true): Promise<Answer> {
  const { origin } = await server();
  const headers: Record<string, string> = withToken && metricsToken !== undefined ? { authorization: `Bearer ${metricsToken}` } : {};
  return ask(`${origin}/metrics`, { headers, signal });
}

async function checkLogLines(ctx: Context): Promise<Finding> {
  const { status, text } = await readMetrics(ctx);
  if (status !== 200) return skipped(texts.logLines.unread);
  const lost = [...text.matchAll(/^log_lines_lost_total(?:\{[^}]*\})? (\S+)$/gm)].reduce((sum, [, count]) => sum + Number(count), 0);
  return lost > 0 ? warning(texts.logLines.lost(lost)) : ok(texts.logLines.ok);
}

async function checkMetrics(ctx: Context): Promise<Finding> {
  const { production, metricsToken } = ctx.settings;
  const open = (await readMetrics(ctx, false)).status === 200;
  if (open) return production || metricsToken !== undefined ? failed(texts.metrics.open) : ok(texts.metrics.development);
  if (metricsToken === undefined) return warning(texts.metrics.unset);
  if (metricsToken.length < MIN_TOKEN) return warning(texts.metrics.weak(metricsToken.length));
  const { status } = await readMetrics(ctx);
  return status === 200 ? ok(texts.metrics.ok) : failed(texts.metrics.rejected(status));
}

async function checkScraped({ database, anyServerRuns }: Context): Promise<Finding> {
  if (!(await anyServerRuns())) return skipped(texts.scraped.noServer);
  const [row] = await sql.selectLastScrape(await database());
  const seconds = row?.seconds ?? Infinity;
  return seconds > SCRAPED_SECONDS ? warning(texts.scraped.never) : ok(texts.scraped.ok(seconds));
}

async function checkBackup({ database, readBackupState }: Context): Promise<Finding> {
  if (!readBackupState) return skipped(texts.backup.unavailable);
  const { lastGoodAt, scheduled, everyHours = DAY_HOURS } = await readBackupState(await database());
  if (!lastGoodAt) return warning(texts.backup.never(scheduled));
  const age = secondsSince(lastGoodAt);
  return age > Math.max(everyHours, DAY_HOURS) * 3600 * LATE ? warning(texts.backup.old(age)) : ok(texts.backup.ok(age));
}

async function checkRestoreTest({ database, readBackupState }: Context): Promise<Finding> {
  if (!readBackupState) return skipped(texts.backup.unavailable);
  const { lastRestoreTest: last, restoreTestsOff } = await readBackupState(await database());
  if (last && !last.passed) return failed(texts.restoreTest.failed(last.detail));
  if (restoreTestsOff !== undefined) return warning(texts.restoreTest.off(restoreTestsOff));
  if (!last) return warning(texts.restoreTest.never);
  const age = secondsSince(last.at);
  return age > RESTORE_TEST_SECONDS ? warning(texts.restoreTest.old(age)) : ok(texts.restoreTest.ok(age));
}

async function checkRestored({ database }: Context): Promise<Finding> {
  const [held] = await sql.selectUnconfirmed(await database());
  return held ? warning(texts.restored.held(held.seconds)) : ok(texts.restored.ok);
}

async function checkLoadTest({ database }: Context): Promise<Finding> {
  const [last] = await sql.selectLoadTest(await database());
  if (!last) return warning(texts.loadTest.never);
  const age = secondsSince(last.started_at);
  return last.passed ? ok(texts.loadTest.ok(age)) : warning(texts.loadTest.failed(age));
}

export const operationChecks: readonly Check[] = [
  { code: 'health', needs: ['server'], run: checkHealth },
  { code: 'server_versions', needs: ['database'], run: checkVersions },
  { code: 'log_lines', needs: ['server'], run: checkLogLines },
  { code: 'metrics', needs: ['server'], run: checkMetrics },
  { code: 'metrics_scraped', needs: ['database'], run: checkScraped },
  { code: 'backup', needs: ['database'], run: checkBackup },
  { code: 'restore_test', needs: ['database'], run: checkRestoreTest },
  { code: 'restore_confirmed', needs: ['database'], run: checkRestored },
  { code: 'load_test', needs: ['database'], run: checkLoadTest },
];
