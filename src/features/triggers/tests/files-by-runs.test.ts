import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readFile } from '#features/files/contract.ts';
import { getRun, listRuns, startRun } from '#features/runs/contract.ts';
import type { TriggerOccurrence } from '#features/triggers/contract.ts';
import { eventually } from '../../../../test/harness/eventually.ts';
import { newProject } from '../../../../test/harness/test-server.ts';
import type { Hook } from '../../../../test/harness/webhooks.ts';
import { ada, fired, goBy, historyOf, looked, newFileTrigger, payloadOf, save } from './files-setup.ts';

describe('changes by runs', () => {
  /** Resolves when the run has ended. */
  const ended = (runId: string) =>
    eventually('the run has ended', async () =>
      ['done', 'failed', 'stopped'].includes((await ada.call(getRun, { params: { runId } })).body.run.status),
    );

  async function runOf(hook: Hook, times = 1): Promise<TriggerOccurrence> {
    await fired(hook, times);
    const [occurrence] = await historyOf(hook);
    assert.ok(occurrence?.run, `${occurrence?.reason}`);
    await ended(occurrence.run.id);
    return occurrence;
  }

  it('fire no trigger that is not set to react to runs', async () => {
    const { id } = await newProject(ada);
    const ignoring = await newFileTrigger(id, '**');
    const reacting = await newFileTrigger(id, '**', { files: { path: '**', byRuns: true } });
    const input = { message: 'write made.md: Hello', level: 'autonomous', model: 'practice' } as const;
    const { run } = (await ada.call(startRun, { params: { projectId: id }, body: input })).body;
    await ended(run.id);
    await goBy(id);
    const occurrence = await runOf(reacting);
    assert.equal(occurrence.depth, 1);
    assert.equal(await payloadOf(occurrence), 'Change 1, by a run for Ada Lovelace:\n- made.md');
    await looked(id);
    assert.deepEqual(await historyOf(ignoring), []);
  });

  it('never fire the trigger that started the run', async () => {
    const { id } = await newProject(ada);
    const hook = await newFileTrigger(id, '**', { message: 'write made.md: Hello', files: { path: '**', byRuns: true } });
    await save(id, 'a.md');
    await goBy(id);
    await runOf(hook);
    const { body } = await ada.call(readFile, { params: { projectId: id }, query: { path: 'made.md' } });
    assert.match(new TextDecoder().decode(body), /^Hello/);
    await goBy(id);
    await looked(id);
    assert.equal((await historyOf(hook)).length, 1);
    // A change by a person does.
    await save(id, 'b.md');
    await goBy(id);
    await fired(hook, 2);
    assert.deepEqual((await historyOf(hook))[0]?.paths, ['b.md']);
  });

  it('end a chain of triggers after three, and the history says so', async () => {
    const { id } = await newProject(ada);
    const [first, second, third, fourth] = await Promise.all(
      ['a', 'b', 'c', 'd'].map((path, n) =>
        newFileTrigger(id, `${path}.md`, { message: `write ${'bcde'[n]}.md: Hello`, files: { path: `${path}.md`, byRuns: true } }),
      ),
    );
    assert.ok(first && second && third && fourth);
    await save(id, 'a.md');
    for (const [n, hook] of [first, second, third].entries()) {
      await goBy(id);
      assert.equal((await runOf(hook)).depth, n + 1);
    }
    await goBy(id);
    await fired(fourth);
    const [last] = await historyOf(fourth);
    assert.deepEqual([last?.outcome, last?.code, last?.depth, last?.run], ['refused', 'too_deep', 4, null]);
    assert.match(last?.reason ?? '', /3 triggers in a row/);
    const { runs } = (await ada.call(listRuns, { params: { projectId: id } })).body;
    assert.equal(runs.length, 3);
  });
});
