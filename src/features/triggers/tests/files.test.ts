import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { deleteFile, saveFile } from '#features/files/contract.ts';
import { changeTrigger, getTrigger, listTriggerOccurrences } from '#features/triggers/contract.ts';
import { query } from '../../../../test/harness/database.ts';
import { eventually } from '../../../../test/harness/eventually.ts';
import { setRole } from '../../../../test/harness/roles.ts';
import { newProject, signUp, startTestServer } from '../../../../test/harness/test-server.ts';
import { hold, newTrigger, release } from '../../../../test/harness/webhooks.ts';
import { ada, fired, goBy, historyOf, LOOKED_MS, looked, lookNow, newFileTrigger, payloadOf, save, testServer } from './files-setup.ts';

describe('a trigger on files', () => {
  it('fires once for changes within ten seconds, and tells its run which files, by whom and in which change', async () => {
    const { id } = await newProject(ada);
    await save(id, 'docs/before.md');
    const hook = await newFileTrigger(id, 'docs');
    await save(id, 'docs/a.md');
    await save(id, 'elsewhere.md');
    const version = (await save(id, 'docs/deep/b.md')).body.file.version;
    await ada.call(
      deleteFile,
      { params: { projectId: id }, query: { path: 'docs/deep/b.md' } },
      { headers: { 'if-match': `"${version}"` } },
    );
    await goBy(id);
    await fired(hook);
    const [occurrence] = await historyOf(hook);
    assert.deepEqual([occurrence?.paths, occurrence?.pathCount, occurrence?.depth], [['docs/a.md', 'docs/deep/b.md'], 2, 1]);
    const by = 'by Ada Lovelace:';
    assert.equal(
      await payloadOf(occurrence),
      [`Change 2, ${by}`, '- docs/a.md', `Change 4, ${by}`, '- docs/deep/b.md', `Change 5, ${by}`, '- docs/deep/b.md (deleted)'].join('\n'),
    );
    await wait(LOOKED_MS);
    assert.equal((await historyOf(hook)).length, 1);
  });

  it('waits until nothing has changed for ten seconds, and no longer than two minutes', async () => {
    const { id } = await newProject(ada);
    const hook = await newFileTrigger(id, '**');
    await save(id, 'a.md');
    await goBy(id, 8);
    await save(id, 'b.md');
    await looked(id);
    assert.deepEqual(await historyOf(hook), []);
    await goBy(id, 113);
    await save(id, 'c.md');
    // The first one is 121 s old by now, and the last one has just arrived.
    await fired(hook);
    assert.deepEqual((await historyOf(hook))[0]?.paths, ['a.md', 'b.md', 'c.md']);
  });

  it('names a file, a folder or a pattern, and does not fire for others', async () => {
    const { id } = await newProject(ada);
    const hooks = await Promise.all(['notes.md', 'docs/', '*.ts', 'src/*.css'].map((path) => newFileTrigger(id, path)));
    for (const path of ['notes.md', 'docs/notes.md', 'docs.md', 'src/deep/a.ts', 'src/a.css', 'src/deep/b.css']) await save(id, path);
    await goBy(id);
    for (const hook of hooks) await fired(hook);
    const found = await Promise.all(hooks.map(async (hook) => (await historyOf(hook))[0]?.paths));
    assert.deepEqual(found, [['notes.md'], ['docs/notes.md'], ['src/deep/a.ts'], ['src/a.css']]);
  });

  it('fires once on two servers', async () => {
    const second = await startTestServer({ databaseUrl: testServer.databaseUrl });
    try {
      const { id } = await newProject(ada);
      const hooks = await Promise.all(Array.from({ length: 15 }, (_, n) => newFileTrigger(id, '**', { name: `Trigger ${n}` })));
      for (let round = 1; round <= 3; round++) {
        await save(id, `${round}.md`);
        await goBy(id);
        for (const hook of hooks) await fired(hook, round);
      }
      await wait(LOOKED_MS);
      for (const hook of hooks)
        assert.deepEqual(
          (await historyOf(hook)).map(({ outcome, paths }) => [outcome, paths]),
          [3, 2, 1].map((round) => ['started', [`${round}.md`]]),
        );
      const rows = await query(testServer.databaseUrl, 'select from runs where project_id = $1', [id]);
      assert.equal(rows.length, 45);
    } finally {
      await second.close();
    }
  });

  it('is processed by another server when the one that leased it is gone', async () => {
    const { id } = await newProject(ada);
    const hook = await newFileTrigger(id, '**');
    await hold(testServer, hook);
    await save(id, 'a.md');
    await goBy(id);
    await release(testServer, hook, 2.5);
    await wait(LOOKED_MS);
    assert.deepEqual(await historyOf(hook), []);
    await eventually('the occurrence is in the history', async () => (await historyOf(hook)).length, 1);
  });

  it('does not fire for changes made while it was paused, or before it watched that path', async () => {
    const { id } = await newProject(ada);
    const hook = await newFileTrigger(id, 'a');
    const change = (body: { paused?: boolean; files?: { path: string; byRuns: boolean } }) =>
      ada.call(changeTrigger, { params: { triggerId: hook.trigger.id }, body });
    await change({ paused: true });
    await save(id, 'a/paused.md');
    await save(id, 'b/before.md');
    await change({ paused: false });
    await save(id, 'a/after.md');
    await goBy(id);
    await fired(hook);
    await change({ files: { path: 'b', byRuns: false } });
    await save(id, 'b/after.md');
    await goBy(id);
    await fired(hook, 2);
    assert.deepEqual(
      (await historyOf(hook)).map(({ paths }) => paths),
      [['b/after.md'], ['a/after.md']],
    );
  });

  it('says why no run could be started, and does not try these changes again', async () => {
    const grace = await signUp(testServer, 'Grace Hopper');
    const { id } = await newProject(grace);
    const hook = await newTrigger(grace, id, { level: 'autonomous', files: { path: '**' } });
    await setRole(testServer, grace, 'member');
    await grace.call(saveFile, { params: { projectId: id }, query: { path: 'a.md' }, body: 'a' }, { headers: { 'if-none-match': '*' } });
    await goBy(id);
    const show = async () => (await grace.call(getTrigger, { params: { triggerId: hook.trigger.id } })).body.trigger;
    await eventually('the trigger shows its occurrence', async () => {
      await lookNow(id);
      return (await show()).lastOccurrence !== null;
    });
    const last = (await show()).lastOccurrence;
    assert.deepEqual([last?.outcome, last?.code, last?.paths], ['refused', 'level_not_allowed', ['a.md']]);
    await setRole(testServer, grace, 'owner');
    await looked(id);
    assert.deepEqual((await show()).lastOccurrence, last);
  });

  it('postpones its changes when they would exceed the limit of starts', async () => {
    const strict = await startTestServer({ env: { RATE_LIMIT_MULTIPLIER: '1', RATE_LIMIT_AUTONOMY: '2/3s' } });
    try {
      const grace = await signUp(strict, 'Grace Hopper');
      const { id } = await newProject(grace);
      const hook = await newTrigger(grace, id, { files: { path: '**' } });
      await newTrigger(grace, id, { files: { path: 'elsewhere' } });
      await hold(strict, hook);
      await grace.call(saveFile, { params: { projectId: id }, query: { path: 'a.md' }, body: 'a' }, { headers: { 'if-none-match': '*' } });
      await goBy(id, 11, strict.databaseUrl);
      await release(strict, hook, 0);
      const history = async () =>
        (await grace.call(listTriggerOccurrences, { params: { triggerId: hook.trigger.id } })).body.occurrences.map(
          ({ outcome }) => outcome,
        );
      const putOff = () => query(strict.databaseUrl, 'select from triggers where look_at > now()');
      await eventually('the next look is put off', async () => (await putOff()).length > 0);
      assert.deepEqual(await history(), []);
      await eventually('the occurrence is in the history', async () => (await history()).length > 0);
      assert.deepEqual(await history(), ['started']);
    } finally {
      await strict.close();
    }
  });

  it('fires once for a change of thousands of files, and names the first of them', async () => {
    const { id: projectId } = await newProject(ada);
    const hook = await newFileTrigger(projectId, '**');
    await query(
      testServer.databaseUrl,
      `with change as (
         insert into changes (id, project_id, number, kind, user_id) select gen_random_uuid(), $1, n, 'batch', $2 from generate_series(1, 3) n
       ), version as (
         insert into versions (project_id, path, number) select $1, 'f' || lpad(f::text, 5, '0'), n from generate_series(1, 6000) f, generate_series(1, 3) n
       )
       update projects set head = 3 where id = $1`,
      [projectId, ada.id],
    );
    await goBy(projectId);
    await fired(hook, 3);
    const history = await historyOf(hook);
    assert.deepEqual(
      history.map(({ pathCount }) => pathCount),
      [6000, 6000, 6000],
    );
    assert.equal(history[0]?.paths.length, 100);
    assert.match((await payloadOf(history[0])) ?? '', /\n… and 5,500 more\.$/);
  });
});
