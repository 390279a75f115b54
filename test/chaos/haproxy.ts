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
import { readPromises } from './promises.ts';
import { AGENT_LIMIT, openScene, type Scene } from './scene.ts';
import { columns, workThrough } from './worked-through.ts';

const wanted = process.env['FAULT']?.split(',');
const unknown = wanted?.filter((name) => !faults.some((fault) => fault.name === name)) ?? [];
if (unknown.length > 0) throw new Error(`There is no fault ${unknown}. There are ${faults.map(({ name }) => name).join(', ')}.`);

describe('three servers behind HAProxy', () => {
  let scene: Scene;
  let promises: Awaited<ReturnType<typeof readPromises>>;
  const rows = [columns];
  before(async () => {
    promises = await readPromises('Faults');
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
      const { fleet, databaseUrl, findLeakedConnections } = scene;
      const { origin } = fleet.proxy;
      const worked = await workThrough(t, { name, origin, agentLimit: AGENT_LIMIT, databaseUrl, happen: () => happen(scene) });
      rows.push(worked.row);
      await worked.assertKept(promises.get(name), forgets ? 1 : 0);
      assert.deepEqual(await findLeakedConnections(), []);
    });
  }
});
