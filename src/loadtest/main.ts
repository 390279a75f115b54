/**
 * `node src/loadtest/main.ts load`, or several tests in sequence: exit code 0 if every target is met, 1 if not or if one cannot run, 130 if
 * interrupted.
 */
import { existsSync } from 'node:fs';
import { type LoadTest, loadTest } from '#features/monitor/load-report.ts';
import { runCommand } from './command.ts';
import { messageOf } from './failure.ts';
import { print } from './print.ts';
import { readSettings } from './settings.ts';

const interrupt = new AbortController();
// Further signals are ignored, so that the database always closes its files: npm forwards the Ctrl-C that this process gets anyway.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => interrupt.abort(new Error(`Interrupted by ${name}.`)));
}

/** @returns whether it ran and met its targets. A failure does not keep the others from running. */
async function runOne(test: LoadTest): Promise<boolean> {
  try {
    return await runCommand(test, readSettings(process.env), interrupt.signal);
  } catch (error) {
    if (!interrupt.signal.aborted) print(`\n${messageOf(error)}`);
    return false;
  }
}

const tests = process.argv.slice(2);
const unknown = tests.find((test) => !loadTest.safeParse(test).success);
if (unknown !== undefined || tests.length === 0) {
  print(`There is no test called ${unknown ?? 'nothing'}. Try: node src/loadtest/main.ts ${loadTest.options.join(' ')}`);
  process.exitCode = 1;
} else {
  if (existsSync('.env')) process.loadEnvFile();
  const outcomes = new Map<LoadTest, boolean>();
  for (const test of loadTest.array().parse(tests)) if (!interrupt.signal.aborted) outcomes.set(test, await runOne(test));
  if (outcomes.size > 1) for (const [test, passed] of outcomes) print(`${passed ? '✓ passed' : '✗ failed'}  ${test}`);
  if (interrupt.signal.aborted) print(`\n${messageOf(interrupt.signal.reason)}`);
  process.exitCode = interrupt.signal.aborted ? 130 : [...outcomes.values()].every(Boolean) ? 0 : 1;
}
