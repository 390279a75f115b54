/**
 * `node src/loadtest/main.ts load`, or several tests after each other: exit code 0 when every target is met, 1 when not or when one
 * cannot run, 130 when interrupted.
 */
import { existsSync } from 'node:fs';
import { type LoadTest, loadTest } from '#features/monitor/load-report.ts';
import { runCommand } from './command.ts';
import { messageOf } from './failure.ts';
import { print } from './print.ts';
import { readSettings } from './settings.ts';

const interrupt = new AbortController();
// A further signal changes nothing, so that the database always closes its files: npm hands on the Ctrl-C that we get anyway.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => interrupt.abort(new Error(`Interrupted by ${name}.`)));
}

/** @returns did it run and meet its targets? One that fails keeps no other from running. */
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
