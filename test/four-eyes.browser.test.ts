/** Four eyes: asked for on the screen of agent permissions, and shown to people who steered a run. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { listApprovals } from '#features/inbox/contract.ts';
import { getRun, startRun } from '#features/runs/contract.ts';
import { look, openBrowser, openPage } from './harness/browser.ts';
import { eventually } from './harness/eventually.ts';
import { addMember, newProject, type Person, signUp, startTestServer, type TestServer } from './harness/test-server.ts';

describe('four eyes in a browser', { timeout: 180_000 }, () => {
  let testServer: TestServer;
  let browser: Browser;
  let page: Page;
  let complaints: string[];
  let ada: Person;
  let grace: Person;
  let projectId: string;
  before(async () => {
    testServer = await startTestServer();
    browser = await openBrowser();
    let context: Awaited<ReturnType<typeof openPage>>['context'];
    ({ page, context, complaints } = await openPage(browser));
    [ada, grace] = [await signUp(testServer), await signUp(testServer, 'Grace Hopper')];
    const project = await newProject(ada, 'Analytical engine');
    projectId = project.id;
    await addMember(testServer, grace, project.organizationId, 'member');
    await context.addCookies([...ada.browser.cookies].map(([name, value]) => ({ name, value, url: testServer.origin })));
  });
  after(async () => {
    await browser.close();
    await testServer.close();
  });

  /** @returns the ids of a run that asks, and of what it asks */
  async function ask(message: string, by: Person): Promise<{ runId: string; approvalId: string }> {
    const body = { message, model: 'practice' };
    const { run } = (await by.call(startRun, { params: { projectId }, body })).body;
    const pendingOf = async () => (await ada.call(listApprovals, { query: { run: run.id } })).body.approvals[0];
    return { runId: run.id, approvalId: (await eventually('it asks', pendingOf)).id };
  }
  const statusOf = async (runId: string) => (await ada.call(getRun, { params: { runId } })).body.run.status;

  it('are asked for in agent permissions, and hold in projects', async () => {
    await page.goto(`${testServer.origin}/settings/agent-permissions`);
    const box = page.getByRole('checkbox', { name: 'People can’t approve requests of runs they started or steered' });
    await box.check();
    await box.scrollIntoViewIfNeeded();
    await look(page, 'four-eyes-permissions');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved').first().waitFor();
    await page.goto(`${testServer.origin}/projects/${projectId}/agent-permissions`);
    await page.getByText('The organization requires this in all projects.').waitFor();
    assert.ok((await box.isChecked()) && (await box.isDisabled()));
  });

  it('leave people who steered the run a way to reject, in the inbox and where the run asks, and say why', async () => {
    const { runId, approvalId } = await ask('write own.md: mine', ada);
    for (const [path, name] of [
      [`/inbox?approval=${approvalId}`, 'four-eyes-inbox'],
      [`/projects/${projectId}?run=${runId}`, 'four-eyes-run'],
    ] as const) {
      await page.goto(testServer.origin + path);
      await page.getByText('You started this run, so someone else has to approve its requests.').waitFor();
      await page.getByRole('button', { name: 'Reject' }).waitFor();
      assert.equal(await page.getByRole('button', { name: /^Approve/ }).count(), 0);
      await page.keyboard.press('a');
      await look(page, name);
    }
    assert.equal(await statusOf(runId), 'waiting');
  });

  it('let others approve, and say before a note is written that it steers', async () => {
    const { runId } = await ask('write hers.md: hers', grace);
    await page.goto(`${testServer.origin}/projects/${projectId}?run=${runId}`);
    await page.getByRole('button', { name: 'Reject' }).click();
    await page.getByText('If you write one, someone else has to approve this run’s next requests.').waitFor();
    await look(page, 'four-eyes-note');
    await page.getByRole('button', { name: 'Back' }).click();
    await page.getByRole('button', { name: 'Approve', exact: true }).click();
    await eventually('it ends', async () => (await statusOf(runId)) === 'done');
  });

  it('log no console errors, and load nothing from elsewhere', () => assert.deepEqual(complaints, []));
});
