/** Stores a finished report: a file for programs, a page for people, and a row in the installation's own database for its pages. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeReportPage } from '#app/report-page.ts';
import type { LoadReport } from '#features/monitor/load-report.ts';
import { storeLoadReport } from '#features/monitor/server/load-reports.ts';
import { migrate } from '#kernel/database/migrate.ts';
import { createDatabase } from '#kernel/database/pool.ts';
import { createLog } from '#kernel/log.ts';
import { messageOf } from './failure.ts';
import { print } from './print.ts';

/** @param base path of the files, without extension */
export async function writeReport(report: LoadReport, base: string): Promise<void> {
  await mkdir(dirname(base), { recursive: true });
  await writeFile(`${base}.json`, `${JSON.stringify(report, null, 2)}\n`);
  print(`The report as JSON: ${base}.json`);
  // A page that cannot be built must not lose the figures.
  await writeReportPage(report, `${base}.html`).then(
    () => print(`The report as a page: ${base}.html`),
    (error: unknown) => print(`The report's page could not be written: ${messageOf(error)}`),
  );
}

/** @param url of the installation's own database; its schema is migrated first */
export async function storeReport(report: LoadReport, url: string): Promise<void> {
  try {
    await migrate(url);
    const db = createDatabase({ url, max: 1, log: await createLog({ level: 'warn', readable: true }) });
    await storeLoadReport(db, report).finally(() => db.close());
    print('It is also kept in the database, and shown at /monitor/load-reports.');
  } catch (error) {
    print(`The report could not be kept in the database: ${messageOf(error)}`);
  }
}
