/** Slow clients by the hundred, of each kind that slowhttptest makes, while people work: people notice nothing, and the slow are cut off. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { print } from '#loadtest/print.ts';
import { MAX_P95_MS } from '#loadtest/targets.ts';
import { endProcesses } from '../harness/process.ts';
import { findProgram, without } from '../harness/programs.ts';
import { formatMs, ofAll, quantile } from './figures.ts';
import { generate, type Installation, METRICS_TOKEN, openInstallation } from './installation.ts';

const CONNECTIONS = 400;
/** Of people at work, who are far from what a server holds. */
const PER_SECOND = 60;
const SECONDS = 45;
/** Of an attack: the page's largest file, read at the slowest pace that is allowed, takes half of it. */
const LIMIT_S = 120;

/** By name: what slowhttptest is told, with the path that it asks for. */
const attacks: Readonly<Record<string, { mode: readonly string[]; path: (asset: string) => string }>> = {
  'headers that never end': { mode: ['-H', '-i', '5', '-x', '24'], path: () => '/' },
  'a body that never ends': { mode: ['-B', '-i', '5', '-s', '8192', '-x', '10', '-f', 'application/json'], path: () => '/api/auth/login' },
  'a response that is hardly read': { mode: ['-X', '-w', '512', '-y', '1024', '-n', '5', '-z', '32', '-k', '3'], path: (asset) => asset },
  'ranges that overlap': { mode: ['-R', '-a', '10', '-b', '3000', '-t', 'GET'], path: (asset) => asset },
};

describe('slow clients', { skip: without('slowhttptest') }, () => {
  let installation: Installation;
  let asset: string;
  before(async () => {
    installation = await openInstallation();
    const page = await (await fetch(installation.server.origin)).text();
    asset = /"(\/assets\/[^"]+\.js)"/.exec(page)?.[1] ?? '/';
  });
  after(async () => {
    await installation?.server.stop();
    await endProcesses();
  });

  /** @returns what slowhttptest says at its end, which comes as soon as all of its connections are closed */
  async function attack(mode: readonly string[], path: string): Promise<string> {
    const options = ['-c', String(CONNECTIONS), '-r', '100', '-l', String(LIMIT_S), '-p', '5', '-v', '1'];
    const child = spawn(findProgram('slowhttptest') ?? '', [...mode, ...options, '-u', installation.server.origin + path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const output = stripVTControlCharacters(await text(child.stdout));
    return /Exit status: (.*)/.exec(output)?.[1]?.trim() ?? output;
  }

  async function memory(): Promise<number> {
    const scraped = await fetch(`${installation.server.origin}/metrics`, { headers: { authorization: `Bearer ${METRICS_TOKEN}` } });
    return Number(/\nprocess_resident_memory_bytes\S* (\S+)/.exec(await scraped.text())?.[1]) / 1024 ** 2;
  }

  it('people at work are quick before', async () => {
    await generate(installation, PER_SECOND, 3, 1);
    const { seconds } = await generate(installation, PER_SECOND, 10, 2);
    assert.ok((quantile(ofAll(seconds), 0.95) ?? Infinity) < MAX_P95_MS);
  });

  for (const [name, { mode, path }] of Object.entries(attacks)) {
    it(`are cut off and disturb nobody: ${name}`, async () => {
      const [ending, { seconds, failures }] = await Promise.all([
        attack(mode, path(asset)),
        generate(installation, PER_SECOND, SECONDS, 3),
      ]);
      const tally = ofAll(seconds);
      const p95 = quantile(tally, 0.95);
      print(
        `${name}: ${ending}; people's p95 ${formatMs(p95)} ms, ${tally.refused} refused, ${tally.failed} failed; ${(await memory()).toFixed(0)} MB`,
      );
      assert.deepEqual([tally.refused, tally.failed], [0, 0], failures.join());
      assert.ok((p95 ?? Infinity) < MAX_P95_MS);
      assert.equal(ending, 'No open connections left');
    });
  }
});
