/** A load report as one HTML file with all it needs in it: to keep beside its JSON, or to send to somebody. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { LoadReport, LoadTest } from '#features/monitor/load-report.ts';
import { buildClientIfOld, reportPage } from './build-client.ts';

const names: Record<LoadTest, string> = { load: 'Load test', stress: 'Stress test', session: 'Session test' };

/** Builds the client first, when its build is old. */
export async function writeReportPage(report: LoadReport, path: string): Promise<void> {
  await buildClientIfOld();
  const page = await readFile(reportPage, 'utf8');
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, fillIn(page, report));
}

/** @param page with places for title and report */
function fillIn(page: string, report: LoadReport): string {
  const title = `${names[report.test]} of ${report.startedAt.slice(0, 16).replace('T', ' ')}: ${report.passed ? 'passed' : 'failed'}`;
  // Inside a script element only `<` can mean anything to HTML.
  const json = JSON.stringify(report).replaceAll('<', '\\u003c');
  return page.replace('__TITLE__', () => title).replace('"__REPORT__"', () => json);
}
