/** `npm run test:soak`: exit code 0 if nothing leaks, 1 if something does or the test cannot run, 130 if interrupted. */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { messageOf } from '../failure.ts';
import { print } from '../print.ts';
import { readSettings } from '../settings.ts';
import { openInstallation } from '../target/installation.ts';
import { renderSoakReport, runSoakTest } from './soak.ts';

const interrupt = new AbortController();
// Further signals are ignored, so that the database always closes its files.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => interrupt.abort(new Error(`Interrupted by ${name}.`)));

async function soak(): Promise<boolean> {
  const settings = readSettings(process.env);
  const base = resolve('reports', `soak-${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}Z`);
  const installation = await openInstallation(settings);
  try {
    const report = await runSoakTest(settings, installation, base, interrupt.signal);
    print(renderSoakReport(report));
    await mkdir(resolve('reports'), { recursive: true });
    await writeFile(`${base}.json`, `${JSON.stringify(report, null, 2)}\n`);
    print(`The report as JSON: ${base}.json`);
    return report.passed;
  } finally {
    await installation.stop();
  }
}

if (existsSync('.env')) process.loadEnvFile();
const passed = await soak().catch((error: unknown) => {
  print(`\n${messageOf(interrupt.signal.aborted ? interrupt.signal.reason : error)}`);
  return false;
});
process.exitCode = interrupt.signal.aborted ? 130 : passed ? 0 : 1;
