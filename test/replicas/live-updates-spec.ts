/** A read that follows a live update sees what the update was about, on whichever server and however far the replicas are behind. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { saveFile } from '#features/files/contract.ts';
import { listChanges } from '#features/files/history-contract.ts';
import { reportPresence } from '#features/files/presence-contract.ts';
import type { Project } from '#features/projects/contract.ts';
import { POSITION_COOKIE, POSITION_HEADER } from '#wire/position.ts';
import { type ChangedFiles, followFiles } from '../harness/follow-files.ts';
import { addMember, newProject, type Person, signUp } from '../harness/test-server.ts';
import { on, openReplicated, pauseReplay, type Replicated, resumeReplay } from './cluster.ts';

const UPDATES = 200;

export function describeLiveUpdates(): void {
  describe('a read that follows a live update', () => {
    let replicated: Replicated;
    let writer: Person;
    let reader: Person;
    let project: Project;
    before(async () => {
      replicated = await openReplicated();
      const [server] = replicated.servers;
      assert.ok(server);
      writer = await signUp(server);
      reader = await signUp(server, 'Grace Hopper');
      project = await newProject(writer);
      await addMember(server, reader, project.organizationId, 'member');
    });
    after(() => replicated?.close());

    it('sees what it was about, also on another server', async () => {
      const [here, there, elsewhere] = replicated.servers;
      assert.ok(here && there && elsewhere);
      const leave = new AbortController();
      const missed: number[] = [];
      const seen = new Set<number>();
      let unnamed = 0;
      /** Without the position, as a guard of this test. */
      let missedUnaware = 0;
      const checks: Promise<void>[] = [];
      async function check({ projectId, number }: ChangedFiles, position: string | undefined): Promise<void> {
        if (position === undefined) unnamed++;
        const by = on(elsewhere ?? assert.fail(), reader, { without: [POSITION_COOKIE] });
        const headers: Record<string, string> = position === undefined ? {} : { [POSITION_HEADER]: position };
        const { changes } = (await by.call(listChanges, { params: { projectId }, query: { limit: 1 } }, { headers })).body;
        if ((changes[0]?.number ?? 0) < number) missed.push(number);
        const unaware = (await by.call(listChanges, { params: { projectId }, query: { limit: 1 } })).body.changes;
        if ((unaware[0]?.number ?? 0) < number) missedUnaware++;
        seen.add(number);
      }
      const following = followFiles(on(there, reader), {
        onFiles: (changed, position) => void checks.push(check(changed, position)),
        signal: leave.signal,
      });
      following.catch(() => undefined);
      // Updates go to those who have a page of the project open.
      const page = { params: { projectId: project.id }, body: { page: randomUUID(), path: null } };
      await on(there, reader).call(reportPresence, page);
      const [first, second] = replicated.standbys;
      const by = on(here, writer);
      for (let update = 0; update < UPDATES; update++) {
        if (update % 50 === 20) await pauseReplay(first);
        if (update % 50 === 25) await pauseReplay(second);
        if (update % 50 === 40) for (const standby of [first, second]) await resumeReplay(standby);
        const query = { path: `live-${update}.md` };
        await by.call(saveFile, { params: { projectId: project.id }, query, body: `update ${update}` });
      }
      leave.abort();
      await Promise.all(checks);
      assert.ok(seen.size > UPDATES / 10, `only ${seen.size} updates arrived`);
      assert.deepEqual({ missed, unnamed }, { missed: [], unnamed: 0 });
      assert.ok(missedUnaware > 0, 'no replica was behind');
    });
  });
}
