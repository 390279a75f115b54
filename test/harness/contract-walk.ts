/** What the walks over all contracts share: one server, and fixtures that its requests must not change. */
import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import type { Contract } from '#wire/contract.ts';
import { type Role, role as roles } from '#wire/role.ts';
import { fingerprint } from './fingerprint.ts';
import { type Fixture, METRICS_TOKEN, seed } from './fixture.ts';
import { makeOperator, setRole } from './roles.ts';
import { startTestServer } from './test-server.ts';

/** This server sends no email, without which an address cannot be changed; and it makes one backup at a time. */
const mayConflict = ['changeEmail', 'makeBackup'];
export const isPromised = ({ name, replies }: Contract, status: number) =>
  status in replies || (mayConflict.includes(name) && status === 409);

/** Close its server in `after`. Started before the tests are generated, because they follow from its list of routes. */
export async function startContractWalk() {
  const testServer = await startTestServer({ env: { METRICS_TOKEN } });
  const seeded = new Map<string, Promise<Fixture>>();
  /** As the last test left the database. */
  let known: Awaited<ReturnType<typeof fingerprint>> | undefined;

  async function seedFor(kind: string): Promise<Fixture> {
    const fixture = await seed(testServer);
    const role = roles.safeParse(kind);
    if (kind === 'operator') await makeOperator(testServer, fixture.owner);
    else if (role.success && kind !== 'owner') await setRole(testServer, fixture.owner, role.data);
    return fixture;
  }

  return {
    testServer,
    routes: testServer.features.routes,
    seedFor,
    /** One fixture of each kind, shared by all tests that change nothing in it; the others call `seedFor`. */
    shared(kind: 'owner' | 'operator' | 'outsider' | Role): Promise<Fixture> {
      const found = seeded.get(kind) ?? seedFor(kind);
      seeded.set(kind, found);
      return found;
    },
    /** Runs requests that must change nothing, twice if others may have changed something before them, and compares every row. */
    async changingNothing(work: () => Promise<void>): Promise<void> {
      const before = known;
      await work();
      known = await fingerprint(testServer.databaseUrl);
      if (before && isDeepStrictEqual(known, before)) return;
      await work();
      assert.deepEqual(await fingerprint(testServer.databaseUrl), known);
    },
  };
}
