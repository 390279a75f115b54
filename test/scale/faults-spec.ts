/** Faults while people work and a hunt for stale reads goes on: three servers behind a proxy, with a replica. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { alignTable } from '#loadtest/table.ts';
import { killServer } from '../chaos/faults.ts';
import { countErrors, isHonest } from '../chaos/outcomes.ts';
import { readPromises } from '../chaos/promises.ts';
import { AGENT_LIMIT } from '../chaos/scene.ts';
import { columns, workThrough } from '../chaos/worked-through.ts';
import { eventually } from '../harness/eventually.ts';
import { endProcesses } from '../harness/process.ts';
import type { ProxyKind } from '../proxies/proxy.ts';
import { startHunt } from './hunt.ts';
import { openReplicatedFleet, type ReplicatedFleet, readsOf } from './replicated.ts';

interface Fault {
  /** As docs/reliability.md names it. */
  name: string;
  /** No request fails. */
  goesUnnoticed?: true;
  happen(replicated: ReplicatedFleet): Promise<void>;
}

const faults: readonly Fault[] = [
  { name: 'server-killed', happen: killServer },
  { name: 'replica-killed', goesUnnoticed: true, happen: ({ standby }) => standby.restart('SIGKILL') },
  { name: 'primary-restarted', happen: ({ primary }) => primary.restart('SIGINT') },
];
const PAIRS = 40;
/** A replica that was away is asked again every half second, once it follows its primary again. */
const READ_AGAIN_WITHIN_MS = 60_000;

export function describeFaults(kind: ProxyKind): void {
  describe(`three servers behind ${kind.name} with a replica`, () => {
    let replicated: ReplicatedFleet;
    let promises: Awaited<ReturnType<typeof readPromises>>;
    const rows = [columns];
    before(async () => {
      promises = await readPromises('Faults with a replica');
      replicated = await openReplicatedFleet(kind, { settings: { RATE_LIMIT_AGENT: `${AGENT_LIMIT}/1m` } });
    });
    after(async () => {
      await replicated?.close();
      await endProcesses();
      process.stdout.write(`${alignTable(rows)}\n`);
    });

    it('have a promise for each fault', () => {
      assert.deepEqual(new Set(promises.keys()), new Set(faults.map(({ name }) => name)));
    });

    for (const { name, goesUnnoticed, happen } of faults) {
      it(`keep every promise, and read nothing stale: ${name}`, async (t) => {
        const { databaseUrl, proxy, servers } = replicated.fleet;
        const hunt = await startHunt({ origin: proxy.origin, databaseUrl });
        t.after(() => hunt.stop());
        const worked = await workThrough(t, {
          name,
          origin: proxy.origin,
          agentLimit: AGENT_LIMIT,
          databaseUrl: async () => databaseUrl,
          happen: () => happen(replicated),
        });
        for (const server of servers) {
          const { replica } = await readsOf(server);
          const readsAgain = async () => (await readsOf(server)).replica > replica;
          await eventually('the server reads from the replica again', readsAgain, true, READ_AGAIN_WITHIN_MS);
        }
        await hunt.triesMore(PAIRS);
        await hunt.stop();
        rows.push(worked.row);
        t.diagnostic(`${hunt.found.pairs.aware} reads after a write, ${hunt.found.updates.aware} after a live update`);
        await worked.assertKept(promises.get(name), 0);
        assert.deepEqual(hunt.found.stale, []);
        assert.deepEqual(
          hunt.failures.filter(({ result }) => goesUnnoticed || !isHonest(result)),
          [],
        );
        if (goesUnnoticed) assert.deepEqual(countErrors(worked.outcomes), {});
      });
    }
  });
}
