/** `node src/loadtest/main.ts load`: exit code 0 when the targets are met, 1 when not or when it cannot run, 130 when interrupted. */
import { messageOf } from './failure.ts';
import { runLoadTest } from './load.ts';
import { readSettings } from './settings.ts';

const interrupt = new AbortController();
// A further signal changes nothing, so that the database always closes its files: npm hands on the Ctrl-C that we get anyway.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => interrupt.abort(new Error(`Interrupted by ${name}.`)));
}

try {
  const test = process.argv[2];
  if (test !== 'load') throw new Error(`There is no test called ${test ?? 'nothing'}. Try: node src/loadtest/main.ts load`);
  process.exitCode = (await runLoadTest(readSettings(process.env), interrupt.signal)) ? 0 : 1;
} catch (error) {
  const { aborted, reason } = interrupt.signal;
  process.stdout.write(`\n${messageOf(aborted ? reason : error)}\n`);
  process.exitCode = aborted ? 130 : 1;
}
