/**
 * `npm run test:overload`: finds the rate at which a server breaks, sends ten times as much for a minute, and shows what is answered
 * meanwhile and how soon all is well again. Prints a table and writes docs/images/overload.svg. OVERLOAD_SECONDS and OVERLOAD_TIMES change
 * how long and how much.
 */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { print } from '#loadtest/print.ts';
import { alignTable } from '#loadtest/table.ts';
import { MAX_P95_MS } from '#loadtest/targets.ts';
import { endProcesses } from '../harness/process.ts';
import { add, formatMs, none, ofAll, ofGroup, quantile } from './figures.ts';
import type { Generated, Second, Tally } from './generator.ts';
import { generate, type Installation, openInstallation } from './installation.ts';
import { groups } from './mix.ts';
import { drawOverload } from './plot.ts';

const TIMES = Number(process.env['OVERLOAD_TIMES'] ?? 10);
const SECONDS = Number(process.env['OVERLOAD_SECONDS'] ?? 60);
const FIRST_RATE = 100;
const STAGE_S = 5;
/** At half of what it holds, before and after. */
const CALM_S = 10;
const RECOVERY_S = 5;
const MAX_ERRORS = 0.01;
/** The longest wait in each queue, and some for the connection: the generator and PostgreSQL take their share of the machine. */
const LONGEST_MS = 5000;

const holds = (tally: Tally): boolean =>
  (quantile(tally, 0.95) ?? Infinity) <= MAX_P95_MS && tally.refused + tally.unsent + tally.failed <= MAX_ERRORS * tally.due;

/** The highest rate tried that the server held; each try is a third more than the one before. */
async function findBreakingPoint(installation: Installation): Promise<number> {
  let held = 0;
  for (let rate = FIRST_RATE, seed = 1; rate < 20_000; rate = Math.round(rate * 1.33), seed++) {
    const { seconds, lateness } = await generate(installation, rate, STAGE_S, seed);
    // The first second opens connections.
    const tally = ofAll(seconds.slice(1));
    print(
      `  ${rate} a second: p95 ${formatMs(quantile(tally, 0.95))} ms, ${tally.refused} refused, ${tally.failed} failed, ${formatMs(lateness)} ms late`,
    );
    if (!holds(tally)) break;
    held = rate;
    await sleep(500);
  }
  return held;
}

function printTable(title: string, seconds: readonly Second[]): void {
  const row = (name: string, tally: Tally) => [
    name,
    ...[tally.due, tally.answered, tally.refused, tally.unsent].map((count) => (count / seconds.length).toFixed(1)),
    String(tally.failed),
    ...[0.5, 0.95, 0.99].map((q) => formatMs(quantile(tally, q))),
  ];
  const head = ['class', 'due/s', 'answered/s', 'refused/s', 'unsent/s', 'failed', 'p50 ms', 'p95', 'p99'];
  const rows = groups.map((group) => row(group, ofGroup(seconds, group)));
  print(`\n${title}\n${alignTable([head, ...rows, row('all', ofAll(seconds))])}\n`);
}

describe('a server that gets ten times as many requests as it can answer', () => {
  let installation: Installation;
  let held = 0;
  let during: Generated;
  let afterwards: Generated;
  before(async () => {
    installation = await openInstallation();
    await generate(installation, FIRST_RATE, STAGE_S, 99);
    print('Looking for the rate at which a target is missed:');
    held = await findBreakingPoint(installation);
    await sleep(3000);
    const calm = await generate(installation, held / 2, CALM_S, 1001);
    during = await generate(installation, held * TIMES, SECONDS, 1002);
    afterwards = await generate(installation, held / 2, CALM_S, 1003);
    const all = [...calm.seconds, ...during.seconds, ...afterwards.seconds];
    printTable(`Half of ${held} requests a second, which it holds`, calm.seconds);
    printTable(`${TIMES} times ${held} requests a second, for ${SECONDS} s`, during.seconds);
    printTable('Half of it again, right afterwards', afterwards.seconds);
    for (const failure of [...during.failures, ...afterwards.failures]) print(`  failed: ${failure}`);
    print(`The generator was late by ${formatMs(during.lateness)} ms at p99.`);
    const title = `${TIMES} × the breaking point of ${held} requests a second`;
    const svg = drawOverload({ title, seconds: all, overload: [CALM_S, CALM_S + SECONDS] });
    await writeFile(new URL('../../docs/images/overload.svg', import.meta.url), svg);
  });
  after(async () => {
    await installation?.server.stop();
    await endProcesses();
  });

  it('holds some rate', () => assert.ok(held > 0));

  it('answers whatever is critical, and every health check', () => {
    for (const group of ['health', 'critical'] as const) {
      const tally = ofGroup(during.seconds, group);
      assert.deepEqual([tally.refused, tally.failed], [0, 0], group);
    }
  });

  it('answers writes more often than reads, and reads more often than exports', () => {
    const [write = 0, read = 0, bulk = 0] = (['write', 'read', 'bulk'] as const).map((group) => {
      const { answered, due } = ofGroup(during.seconds, group);
      return answered / due;
    });
    assert.ok(write > read && read > bulk, `${write}, ${read}, ${bulk}`);
  });

  it('fails nothing: what it does not answer, it refuses', () => assert.equal(ofAll(during.seconds).failed, 0));

  it('still answers a good part of what it can, and soon', () => {
    const tally = ofAll(during.seconds);
    const perSecond = tally.answered / SECONDS;
    assert.ok(perSecond >= held / 3, `${perSecond.toFixed(0)} of ${held} a second`);
    assert.ok((quantile(tally, 0.95) ?? Infinity) <= LONGEST_MS);
  });

  it('is itself again within five seconds', () => {
    const at = afterwards.seconds.findIndex((_, i) => afterwards.seconds.slice(i).every((second) => holds(add([ofAll([second]), none]))));
    print(`Recovered after ${at} s.`);
    assert.ok(at >= 0 && at <= RECOVERY_S, `${at}`);
  });
});
