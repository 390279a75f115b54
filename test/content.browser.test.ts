import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createAgent } from '#features/agents/contract.ts';
import { addToolServer } from '#features/connections/contract.ts';
import { listApprovals } from '#features/inbox/contract.ts';
import { listRuns } from '#features/runs/contract.ts';
import { createSchedule } from '#features/schedules/contract.ts';
import { createTrigger } from '#features/triggers/contract.ts';
import { look } from './harness/browser.ts';
import { ada, address, complaints, editor, findHidden, openRun, page, projectId, put, read, testServer } from './harness/content-screen.ts';
import { query } from './harness/database.ts';
import { eventually } from './harness/eventually.ts';

describe('what people and models write, on the screen', { timeout: 240_000 }, () => {
  it('opens the file in the address, whatever its name', async () => {
    // The second of each pair is the first one decoded twice.
    const pairs = [
      ['report%20A.md', 'report A.md'],
      ['50%25 off.md', '50% off.md'],
      ['c%2B%2B.md', 'c++.md'],
      ['q%3Fx%3D1%26y%23z.md', 'q?x=1&y#z.md'],
    ] as const;
    for (const path of pairs.flat()) await put(path, `This is ${path}`);
    for (const path of pairs.flat()) {
      await page.goto(address({ file: path }));
      await editor().getByText(`This is ${path}`, { exact: true }).waitFor();
    }
    await page.goto(address({}));
    await page.getByRole('treeitem', { name: 'report%20A.md' }).click();
    await editor().getByText('This is report%20A.md').waitFor();
    await page.getByRole('treeitem', { name: 'report A.md' }).click();
    await editor().getByText('This is report A.md').waitFor();
    await page.goBack();
    await editor().getByText('This is report%20A.md').waitFor();
    await editor().click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type(', changed');
    await page.keyboard.press('Control+s');
    await page.getByText('Saved', { exact: true }).waitFor();
    assert.equal(await read('report%20A.md'), 'This is report%20A.md, changed');
    assert.equal(await read('report A.md'), 'This is report A.md');
  });

  it('is shown in place among many files, and Tab leaves it as announced', async () => {
    await Promise.all(Array.from({ length: 60 }, (_, index) => put(`many/note-${index}.md`, `Note ${index}`)));
    await page.goto(address({ file: 'many/note-59.md' }));
    await editor().getByText('Note 59', { exact: true }).waitFor();
    // Far below the edge of the window, however names are sorted.
    await page.waitForFunction(() => {
      const { top, bottom } = document.querySelector('[data-path="many/note-59.md"]')?.getBoundingClientRect() ?? { top: -1, bottom: -1 };
      return top >= 0 && bottom > 0 && bottom <= innerHeight;
    });
    assert.match((await editor().getAttribute('aria-description')) ?? '', /Esc, then Tab/);
    await editor().click();
    await page.keyboard.press('Tab');
    await page.getByText('Press Esc, then Tab to leave the editor.').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Tab');
    await page.waitForFunction(() => !document.activeElement?.closest('.cm-editor'));
    await page.getByText('Press Esc, then Tab to leave the editor.').waitFor({ state: 'detached' });
    await editor().click();
    await page.keyboard.press('Control+z');
  });

  it('returns to the file in the address after signing in', async () => {
    await page.context().clearCookies();
    await page.goto(address({ file: 'report%20A.md' }));
    await page.getByLabel('Email').fill(ada.email);
    await page.getByLabel('Password').fill(ada.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await editor().getByText('This is report%20A.md').waitFor();
  });

  it('shows files whose extension is a name that every object has', async () => {
    const names = ['a.constructor', 'b.__proto__', 'c.toString', 'd.hasOwnProperty', 'valueOf'];
    for (const path of names) await put(path, `This is ${path}`);
    for (const path of names) {
      await page.goto(address({ file: path }));
      await editor().getByText(`This is ${path}`, { exact: true }).waitFor();
    }
  });

  it('shows the call of a tool whose name every object has', async () => {
    await openRun([
      { tool: 'constructor', input: { toString: 1, __proto__: 'x' } },
      { tool: 'write_file', input: '{"__proto__": 1}' },
    ]);
    await page.getByText('Constructor', { exact: true }).waitFor();
    await page.getByText('Done.').waitFor();
  });

  it('marks hidden characters in every name, on every screen', async () => {
    const agent = (await ada.call(createAgent, { body: { name: 'Editor', instructions: 'Check the spelling.' } })).body.agent;
    const work = { message: 'list the files', agentId: agent.id, model: 'practice', level: 'supervised' } as const;
    const inProject = { params: { projectId } };
    const cron = { cron: '0 9 * * 1-5', timezone: 'Europe/Berlin', budget: {} };
    const { schedule } = (await ada.call(createSchedule, { ...inProject, body: { name: 'Mornings', ...cron, ...work } })).body;
    const files = { path: 'docs/*.md' };
    const { trigger } = (await ada.call(createTrigger, { ...inProject, body: { name: 'On docs', files, budget: {}, ...work } })).body;
    const server = { name: 'Tracker', slug: 'tracker', url: 'https://tracker.invalid/mcp' };
    await ada.call(addToolServer, { body: server });
    await put('docs/report_fdp.sh', 'rm -rf');
    // As they could be created before there was a rule for names.
    const odd = "replace(name, right(name, 2), U&'\\202E' || right(name, 2))";
    for (const table of ['users', 'organizations', 'projects', 'agents', 'agent_versions', 'schedules', 'triggers', 'tool_servers'])
      await query(testServer.databaseUrl, `update ${table} set name = ${odd}`);
    const path = "replace(path, 'fdp', U&'\\202Efdp')";
    await query(testServer.databaseUrl, `with v as (update versions set path = ${path}) update files set path = ${path}`);
    const runId = await openRun([{ tool: 'delete_file', input: { path: 'docs/report_\u202efdp.sh' } }]);
    await query(testServer.databaseUrl, `update runs set title = title || U&'\\200B' where id = $1`, [runId]);
    await eventually(
      'one approval is pending',
      async () => (await ada.call(listApprovals, { query: { run: runId } })).body.approvals.length,
      1,
    );

    const [approval] = (await ada.call(listApprovals, { query: { run: runId } })).body.approvals;
    const file = 'docs/report_\u202efdp.sh';
    for (const [screen, shown] of [
      ['/', /Analytical engi⟨U\+202E⟩ne/],
      [`/projects/${projectId}?${new URLSearchParams({ file, run: runId })}`, /docs\/report_⟨U\+202E⟩fdp\.sh/],
      [`/inbox?approval=${approval?.id}`, /Delete docs\/report_⟨U\+202E⟩fdp\.sh/],
      ['/agents', /Edit⟨U\+202E⟩or/],
      [`/agents/${agent.id}`, /Edit⟨U\+202E⟩or/],
      ['/schedules', /Morning⟨U\+202E⟩gs|Mornin⟨U\+202E⟩gs/],
      [`/schedules/${schedule.id}`, /Mornin⟨U\+202E⟩gs/],
      [`/triggers/${trigger.id}`, /On do⟨U\+202E⟩cs/],
      ['/autonomy', /Mornin⟨U\+202E⟩gs/],
      ['/usage', /Ada Lovela⟨U\+202E⟩ce/],
      ['/settings/audit', /^Ada Lovela⟨U\+202E⟩ce/],
      ['/settings/connections', /Track⟨U\+202E⟩er/],
      [`/projects/${projectId}/autonomy`, /Analytical engi⟨U\+202E⟩ne/],
      ['/account', /Ada Lovela⟨U\+202E⟩ce/],
    ] as const) {
      await page.goto(testServer.origin + screen);
      await page.locator('main :not(option)').filter({ hasText: shown, visible: true }).first().waitFor();
      assert.deepEqual(await findHidden(page), [], screen);
      if (screen.includes('?')) await look(page, `hidden-${screen.includes('inbox') ? 'inbox' : 'project'}`);
    }
    await page.keyboard.press('Control+k');
    await page.getByRole('option', { name: /Analytical engi⟨U\+202E⟩ne/ }).waitFor();
    assert.deepEqual(await findHidden(page), []);
  });

  it('ignores keys of an input method: Safari’s Enter sends, chooses and saves nothing', async () => {
    /** Like the Enter that ends a word: Safari fires it after the composition has ended, other browsers during it. */
    const pressForWord = (selector: string, key = 'Enter') =>
      page.locator(selector).evaluate((field, key) => {
        for (const told of [{ keyCode: 229 }, { isComposing: true, keyCode: 229 }, { isComposing: true }])
          field.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...told }));
      }, key);
    const runs = async () => (await ada.call(listRuns, { params: { projectId } })).body.runs.length;
    const before = await runs();
    await page.goto(address({}));
    await page.getByLabel('Model').selectOption('server/test');
    await page.getByLabel('Message').fill('こんにちは');
    await pressForWord('textarea[aria-label=Message]');
    assert.equal(await page.getByLabel('Message').inputValue(), 'こんにちは');
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Find a command' }).fill('Inbox');
    await pressForWord('[role=combobox]');
    await pressForWord('[role=combobox]', 'ArrowDown');
    await page.getByRole('dialog', { name: 'Commands' }).waitFor();
    assert.match(page.url(), /\/projects\//);
    await page.keyboard.press('Escape');
    assert.equal(await runs(), before);
    // Without an input method, the same key sends.
    await page.getByLabel('Message').press('Enter');
    await page.getByText('Nothing to say.').waitFor();
    assert.equal(await runs(), before + 1);
    await page.getByRole('button', { name: 'Edit and branch' }).click();
    await pressForWord('textarea[aria-label="Edited message"]');
    await pressForWord('textarea[aria-label="Edited message"]', 'Escape');
    await page.getByLabel('Edited message').waitFor();
    assert.equal(await runs(), before + 1);
  });

  it('logs no console errors, and loads nothing from elsewhere', () => {
    assert.deepEqual(complaints, []);
  });
});
