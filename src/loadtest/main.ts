/** `node src/loadtest/main.ts load`: exit code 0 when the targets are met, 1 when not or when it cannot run, 130 when interrupted. */
import { messageOf } from './failure.ts';
import { runLoadTest } from './load.ts';
import { readSettings } from './settings.ts';

const interrupt = new AbortController();
// Once: a second Ctrl-C ends the process the hard way.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(name, () => interrupt.abort(new Error(`Interrupted by ${name}.`)));
}

try {
  const test = process.argv[2];
  if (test !== 'load') throw new Error(`There is no test called ${test ?? 'nothing'}. Try: node src/loadtest/main.ts load`);
  process.exitCode = (await runLoadTest(readSettings(process.env), interrupt.signal)) ? 0 : 1;
} catch (error) {
  process.stdout.write(`\n${messageOf(error)}\n`);
  process.exitCode = interrupt.signal.aborted ? 130 : 1;
}
