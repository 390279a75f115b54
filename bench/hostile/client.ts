/**
 * The hostile client, in a separate process: `node bench/hostile/client.ts <origin> <account> <kind>…`. Repeats its inputs until it is
 * ended.
 */
import { setPriority } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { ProblemError } from '#wire/call.ts';
import { type Input, prepareInputs } from './inputs.ts';

/** Minimum interval between repeats of each input: this measures the effect of the inputs, not of a flood. */
const EVERY_MS = 10;

/** The outcomes of each input: how often each status was returned. */
export type Tally = Record<string, Record<string, number>>;

const tally: Tally = {};
let over = false;

async function repeat({ name, send }: Input): Promise<void> {
  tally[name] ??= {};
  const counts = tally[name];
  while (!over) {
    const outcome = await send().catch((error: unknown) => (error instanceof ProblemError ? error.status : 'no answer'));
    counts[outcome] = (counts[outcome] ?? 0) + 1;
    await sleep(EVERY_MS);
  }
}

// On a separate machine, it would take no CPU from the server.
setPriority(19);
const [origin = '', victim = '', ...wanted] = process.argv.slice(2);
const inputs = await prepareInputs(origin, victim, wanted);
process.send?.('ready');
process.on('message', () => {
  over = true;
  process.send?.(tally, () => process.exit(0));
});
process.on('disconnect', () => process.exit(0));
await Promise.all(inputs.flatMap((input) => Array.from({ length: input.atOnce }, () => repeat(input))));
