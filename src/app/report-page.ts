/** A load report as one self-contained HTML file, to store next to its JSON or to send to people. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { LoadReport, LoadTest } from '#features/monitor/load-report.ts';
import { buildClientIfOld, reportPage } from './build-client.ts';

const names: Record<LoadTest, string> = { load: 'Load test', stress: 'Stress test', session: 'Session test' };

/** Builds the client first if its build is out of date. */
export async function writeReportPage(report: LoadReport, path: string): Promise<void> {
  await buildClientIfOld();
  const page = await readFile(reportPage, 'utf8');
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, fillIn(page, report));
}

/** @param page with placeholders for title and report */
function fillIn(page: string, report: LoadReport): string {
  const title = `${names[report.test]} of ${report.startedAt.slice(0, 16).replace('T', ' ')}: ${report.passed ? 'passed' : 'failed'}`;
  // Inside a script element only `<` has a meaning in HTML.
  const json = JSON.stringify(report).replaceAll('<', '\\u003c');
  return page.replace('__TITLE__', () => title).replace('"__REPORT__"', () => json);
}
