/**
 * `npm run test:chaos`: faults under load, one after the other. Afterwards the books must balance, and the longest outage be within what
 * docs/reliability.md promises. FAULT names one or several of them, with commas.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { alignTable } from '#loadtest/table.ts';
import { endProcesses } from '../harness/process.ts';
import { haproxy } from '../proxies/proxy.ts';
import { faults } from './faults.ts';
import { countErrors, dishonest, longestOutage, longestWait } from './outcomes.ts';
import { startPeople } from './people.ts';
import { readPromises } from './promises.ts';
import { AGENT_LIMIT, openScene, type Scene } from './scene.ts';

const wanted = process.env['FAULT']?.split(',');
const unknown = wanted?.filter((name) => !faults.some((fault) => fault.name === name)) ?? [];
if (unknown.length > 0) throw new Error(`There is no fault ${unknown}. There are ${faults.map(({ name }) => name).join(', ')}.`);

const columns = ['fault', 'requests', 'reads out', 'writes out', 'longest wait', 'errors'];

describe('three servers behind HAProxy', () => {
  let scene: Scene;
  let promises: Awaited<ReturnType<typeof readPromises>>;
  const rows = [columns];
  before(async () => {
    promises = await readPromises();
    scene = await openScene(haproxy);
  });
  after(async () => {
    await scene?.close();
    await endProcesses();
    process.stdout.write(`${alignTable(rows)}\n`);
  });

  it('have a promise for each fault', () => {
    assert.deepEqual(new Set(promises.keys()), new Set(faults.map(({ name }) => name)));
  });

  for (const { name, forgets, skip, happen } of faults) {
    if (wanted && !wanted.includes(name)) continue;
    it(`keep every promise: ${name}`, async (t) => {
      const reason = skip?.(scene);
      if (reason) return t.skip(reason);
      const people = await startPeople({ origin: scene.fleet.proxy.origin, agentLimit: AGENT_LIMIT });
      t.after(() => people.leave());
      await people.goOn();
      await happen(scene);
      await people.goOn();
      await people.stop(await scene.databaseUrl());
      const { outcomes } = people;
      const [reads, writes] = [longestOutage(outcomes, 'reads'), longestOutage(outcomes, 'writes')];
      const seconds = [reads, writes].map((figure) => `${figure.toFixed(1)} s`);
      const errors = Object.entries(countErrors(outcomes)).map(([what, count]) => `${what} × ${count}`);
      rows.push([name, String(outcomes.length), ...seconds, longestWait(outcomes), errors.join(', ')]);
      t.diagnostic(alignTable([columns, rows.at(-1) ?? []]));
      assert.deepEqual(dishonest(outcomes), []);
      assert.deepEqual(await people.findImbalances(await scene.databaseUrl(), forgets ? 1 : 0), []);
      assert.deepEqual(await scene.findLeakedConnections(), []);
      const limits = promises.get(name);
      assert.ok(limits && reads <= limits.reads, `no read succeeded for ${reads} s`);
      assert.ok(writes <= limits.writes, `no write succeeded for ${writes} s`);
    });
  }
});
