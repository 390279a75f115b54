/** People at work while a fault happens, what it cost them, and whether every promise was kept. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { alignTable } from '#loadtest/table.ts';
import { countErrors, dishonest, longestOutage, longestWait, type Outcome } from './outcomes.ts';
import { startPeople } from './people.ts';
import type { Limits } from './promises.ts';

export const columns = ['fault', 'requests', 'reads out', 'writes out', 'longest wait', 'errors'];

interface Options {
  /** Of the fault. */
  name: string;
  happen(): Promise<void>;
  /** Of the proxy. */
  origin: string;
  /** Messages to agents a minute. */
  agentLimit: number;
  /** Where the database is at that moment. */
  databaseUrl(): Promise<string>;
}

interface Worked {
  outcomes: readonly Outcome[];
  /** With `columns`. */
  row: string[];
  /** Fails if a promise was not kept. Call it while nobody writes. @param windowsForgotten how often PostgreSQL lost its counts of limits */
  assertKept(limits: Limits | undefined, windowsForgotten: number): Promise<void>;
}

/** Resolves once the fault is over, people have gone on, and all of their runs have ended. */
export async function workThrough(t: TestContext, { name, happen, origin, agentLimit, databaseUrl }: Options): Promise<Worked> {
  const people = await startPeople({ origin, agentLimit });
  t.after(() => people.leave());
  await people.goOn();
  await happen();
  await people.goOn();
  await people.stop(await databaseUrl());
  const { outcomes } = people;
  const [reads, writes] = [longestOutage(outcomes, 'reads'), longestOutage(outcomes, 'writes')];
  const seconds = [reads, writes].map((figure) => `${figure.toFixed(1)} s`);
  const errors = Object.entries(countErrors(outcomes)).map(([what, count]) => `${what} × ${count}`);
  const row = [name, String(outcomes.length), ...seconds, longestWait(outcomes), errors.join(', ')];
  t.diagnostic(alignTable([columns, row]));
  return {
    outcomes,
    row,
    async assertKept(limits, windowsForgotten): Promise<void> {
      assert.deepEqual(dishonest(outcomes), []);
      assert.deepEqual(await people.findImbalances(await databaseUrl(), windowsForgotten), []);
      assert.ok(limits && reads <= limits.reads, `no read succeeded for ${reads} s`);
      assert.ok(writes <= limits.writes, `no write succeeded for ${writes} s`);
    },
  };
}
