/** A hunt for stale reads: thousands of writes, each followed by reads on any server, while replicas fall behind and die. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { listAudit } from '#features/audit/contract.ts';
import { listFiles, saveFile } from '#features/files/contract.ts';
import { createProject } from '#features/projects/contract.ts';
import { POSITION_COOKIE } from '#wire/position.ts';
import { eventually } from '../harness/eventually.ts';
import { newProject, type Person, signUp } from '../harness/test-server.ts';
import { allFit, keepCookies, on, openReplicated, pauseReplay, type Replicated, resumeReplay } from './cluster.ts';
import { finds } from './finds.ts';

const PEOPLE = 4;
/** Of all people together. */
const PAIRS = Number(process.env['STALE_PAIRS'] ?? 2000);

interface Outcome {
  pairs: number;
  stale: string[];
}

/** Files that each person saves again and again. */
const FILES = 40;

export function describeStaleReads(): void {
  describe('a read that follows a write', () => {
    let replicated: Replicated;
    let people: { person: Person; projectId: string }[];
    before(async () => {
      replicated = await openReplicated();
      const [server] = replicated.servers;
      assert.ok(server);
      people = await Promise.all(
        Array.from({ length: PEOPLE }, async () => {
          const person = await signUp(server);
          return { person, projectId: (await newProject(person)).id };
        }),
      );
    });
    after(() => replicated?.close());

    const anyServer = () => replicated.servers[Math.floor(Math.random() * replicated.servers.length)] ?? assert.fail();

    const isThere = new Set<string>();
    /** @param without cookies that are not sent with the reads */
    async function hunt(pairs: number, without: readonly string[] = []): Promise<Outcome> {
      const outcome: Outcome = { pairs: 0, stale: [] };
      await Promise.all(
        people.map(async ({ person, projectId }) => {
          for (let turn = 0; outcome.pairs < pairs; turn++) {
            const path = `file-${turn % FILES}.md`;
            const writer = on(anyServer(), person);
            const body = `turn ${randomUUID()}`;
            const headers: Record<string, string> = isThere.has(path + projectId) ? { 'if-match': '*' } : {};
            isThere.add(path + projectId);
            const { file, change } = (await writer.call(saveFile, { params: { projectId }, query: { path }, body }, { headers })).body;
            keepCookies(person, writer);
            const saved = { path, body, version: file.version, number: change?.number ?? assert.fail() };
            const found = await finds[turn % finds.length]?.(on(anyServer(), person, { without }), projectId, saved);
            outcome.pairs++;
            if (!found) outcome.stale.push(`${path} by read ${turn % finds.length}`);
          }
        }),
      );
      return outcome;
    }

    it('sees it while all replicas follow, and reads come from them', async (t) => {
      const begun = replicated.reads();
      assert.deepEqual((await hunt(PAIRS / 4)).stale, []);
      const { replica, primary } = replicated.reads();
      t.diagnostic(`from replicas ${replica - begun.replica}, from the primary ${primary - begun.primary}`);
      assert.ok(replica > begun.replica, 'no read came from a replica');
    });

    it('sees it while replicas fall behind and catch up', async () => {
      let over = false;
      const disturbing = (async () => {
        for (let turn = 0; !over; turn++) {
          const standby = replicated.standbys[turn % 2] ?? assert.fail();
          await pauseReplay(standby);
          const { replica, primary } = replicated.reads();
          // Until reads have come from somewhere else, or the hunt is over.
          await eventually('there were reads', () => over || sum(replicated.reads()) > replica + primary + 40);
          await resumeReplay(standby);
        }
      })();
      const { stale } = await hunt(PAIRS / 2).finally(() => {
        over = true;
      });
      await disturbing;
      assert.deepEqual(stale, []);
    });

    it('would not see it without the position', async () => {
      for (const standby of replicated.standbys) await pauseReplay(standby);
      const { stale } = await hunt(40, [POSITION_COOKIE]);
      for (const standby of replicated.standbys) await resumeReplay(standby);
      assert.ok(stale.length > 0, 'the hunt finds no stale read where there must be some');
    });

    it('sees it while a replica is killed and comes back', async () => {
      const [standby] = replicated.standbys;
      const [{ stale }] = await Promise.all([hunt(PAIRS / 4), standby.restart('SIGKILL')]);
      assert.deepEqual(stale, []);
      for (const server of replicated.servers) await allFit(server);
    });

    it('sees it while a replica hangs', async () => {
      const [, standby] = replicated.standbys;
      for (const server of replicated.servers) await allFit(server);
      await standby.signal('SIGSTOP');
      const outcome = await hunt(PAIRS / 8).finally(() => standby.signal('SIGCONT'));
      assert.deepEqual(outcome.stale, []);
      for (const server of replicated.servers) await allFit(server);
    });

    it('sees why a write was refused', async () => {
      const { person, projectId } = people[0] ?? assert.fail();
      const [here, there] = replicated.servers;
      assert.ok(here && there);
      for (const standby of replicated.standbys) await pauseReplay(standby);
      const save = (by: Person, body: string) =>
        by.call(saveFile, { params: { projectId }, query: { path: 'contested.md' }, body }, { headers: { 'if-none-match': '*' } });
      const first = on(here, person);
      await save(first, 'by the first');
      // Another browser, which has written nothing yet.
      const second = on(there, person, { without: [POSITION_COOKIE] });
      await assert.rejects(save(second, 'by the second'), { status: 412 });
      const { entries } = (await second.call(listFiles, { params: { projectId }, query: {} })).body;
      assert.ok(entries.some(({ path }) => path === 'contested.md'));
      for (const standby of replicated.standbys) await resumeReplay(standby);
    });

    it('is no read of projects and the audit log that lacks what was just created', async () => {
      const { person } = people[0] ?? assert.fail();
      for (let turn = 0; turn < 20; turn++) {
        const writer = on(anyServer(), person);
        const { project } = (await writer.call(createProject, { body: { name: `Project ${turn}` } })).body;
        keepCookies(person, writer);
        const { entries } = (await on(anyServer(), person).call(listAudit, { query: { limit: 5 } })).body;
        assert.ok(
          entries.some((entry) => entry.subject?.id === project.id),
          `the audit log lacks project ${turn}`,
        );
      }
    });
  });
}

const sum = ({ replica, primary }: { replica: number; primary: number }) => replica + primary;
