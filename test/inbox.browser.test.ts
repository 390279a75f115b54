import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { decideApproval, listApprovals } from '#features/autonomy/approvals-contract.ts';
import { saveFile } from '#features/files/contract.ts';
import { getRun, startRun } from '#features/runs/contract.ts';
import { look, openBrowser, openPage } from './browser.ts';
import { query } from './database.ts';
import { type House, newProject, openHouse, type Person, signUp } from './house.ts';
import { until } from './samples.ts';

const text = (count: number) => `${Array.from({ length: count }, (_, index) => `Line ${index + 1} of the plan`).join('\n')}\n`;

describe('the inbox in a browser', { timeout: 240_000 }, () => {
  let house: House;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let complaints: string[];
  let ada: Person;
  let grace: Person;
  let projectId: string;
  before(async () => {
    house = await openHouse();
    browser = await openBrowser();
    ({ page, context, complaints } = await openPage(browser));
    [ada, grace] = [await signUp(house), await signUp(house, 'Grace Hopper')];
    const project = await newProject(ada, 'Analytical engine');
    projectId = project.id;
    await query(house.databaseUrl, `insert into members (organization_id, user_id, role) values ($1, $2, 'admin')`, [
      project.organizationId,
      grace.id,
    ]);
    await context.addCookies([...ada.browser.cookies].map(([name, value]) => ({ name, value, url: house.origin })));
    const headers = { 'if-none-match': '*' };
    await ada.call(saveFile, { params: { projectId }, query: { path: 'plan.md' }, body: text(3) }, { headers });
  });
  after(async () => {
    await browser.close();
    await house.close();
  });

  /** @returns the id of the run, once it asks */
  async function ask(message: string, by = ada): Promise<string> {
    const { run } = (await by.call(startRun, { params: { projectId }, body: { message, model: 'practice' } })).body;
    await until(async () => (await ada.call(listApprovals, { query: { run: run.id } })).body.approvals.length === 1);
    return run.id;
  }
  const approvalOf = async (run: string) => (await ada.call(listApprovals, { query: { run, status: 'all' } })).body.approvals[0];
  const statusOf = async (runId: string) => (await ada.call(getRun, { params: { runId } })).body.run.status;
  const detail = () => page.getByRole('region', { name: 'What is asked' });
  const row = (name: string | RegExp) => page.getByRole('list', { name: 'What agents ask' }).getByRole('button', { name });

  it('says what will be here while nothing waits', async () => {
    await page.goto(`${house.origin}/inbox`);
    await page.getByText('Nothing waits for you').waitFor();
    await look(page, 'inbox-empty');
    await page.getByLabel('Decided').check();
    await page.getByText('Nothing was decided yet').waitFor();
    await page.getByLabel('Mine').check();
    await page.getByRole('button', { name: 'Show all' }).click();
    await page.getByLabel('Waiting').check();
  });

  it('tells at once in every tab that an agent asks: a toast, the count, and the title', async () => {
    const other = await context.newPage();
    await other.goto(`${house.origin}/agents`);
    await page.goto(`${house.origin}/usage`);
    await page.waitForTimeout(500);
    await ask('write engine.md: Built of brass');
    for (const tab of [page, other]) {
      await tab.getByText('An agent in Analytical engine needs your decision: Write engine.md').waitFor();
      await tab.getByRole('link', { name: 'Inbox 1 waiting' }).waitFor();
      assert.match(await tab.title(), /^\(1\) /);
    }
    await page.getByRole('button', { name: 'Open' }).click();
    await detail().getByRole('heading', { name: 'Write engine.md' }).waitFor();
    await other.close();
  });

  it('shows who asks, why, and what would change, line by line', async () => {
    const change = await ask('write plan.md: one line instead of three');
    await row(/^Write plan\.md/).click();
    await detail().getByText('Asks because').waitFor();
    await detail().getByText('An agent for Ada Lovelace').waitFor();
    await detail().getByRole('cell', { name: 'one line instead of three' }).waitFor();
    await look(page, 'inbox');
    assert.equal(await statusOf(change), 'waiting');
  });

  it('is worked through by keyboard: next, approve, reject with a note', async () => {
    const [first, second] = (await ada.call(listApprovals, {})).body.approvals;
    assert.ok(first && second);
    await page.keyboard.press('j');
    await detail().getByRole('heading', { name: 'Write engine.md' }).waitFor();
    await page.keyboard.press('k');
    await detail().getByRole('heading', { name: 'Write plan.md' }).waitFor();
    await page.keyboard.press('a');
    await page.getByText('Answered: Write plan.md').waitFor();
    await detail().getByRole('heading', { name: 'Write engine.md' }).waitFor();
    await page.keyboard.press('r');
    const note = page.getByLabel('Note for the agent, if you like');
    await note.waitFor();
    await page.keyboard.type('a rack of jars, not brass');
    await look(page, 'inbox-reject');
    await page.keyboard.press('Enter');
    await page.getByText('Nothing waits for you').waitFor();
    await until(async () => (await statusOf(first.runId)) === 'done');
    const { events } = (await ada.call(getRun, { params: { runId: second.runId } })).body;
    assert.ok(events.some((event) => event.type === 'answer' && event.data.note === 'a rack of jars, not brass'));
    await detail().getByText('Ada Lovelace rejected this').waitFor();
  });

  it('keeps what was decided as a history', async () => {
    await page.getByLabel('Decided').check();
    await row(/^Write plan\.md.*Approved/).click();
    await detail().getByText('Ada Lovelace approved this').waitFor();
    await look(page, 'inbox-decided');
    await page.getByLabel('Waiting').check();
  });

  it('says that somebody else was first', async () => {
    const runId = await ask('write engine.md: Steam');
    const approval = await approvalOf(runId);
    assert.ok(approval);
    await row(/^Write engine\.md/).click();
    await detail().getByRole('button', { name: 'Approve', exact: true }).waitFor();
    // The other one is faster than the click.
    await page.route(`**/api/approvals/${approval.id}`, async (route) => {
      if (route.request().method() === 'POST')
        await grace.call(decideApproval, { params: { approvalId: approval.id }, body: { decision: 'reject' } });
      await route.continue();
    });
    await detail().getByRole('button', { name: 'Approve', exact: true }).click();
    await detail().getByText('Grace Hopper has rejected this already').waitFor();
    await detail().getByText('Grace Hopper rejected this').first().waitFor();
    await look(page, 'inbox-second');
    await page.unrouteAll();
  });

  it('shows what was edited since, and asks again on top of it', async () => {
    const runId = await ask('delete plan.md');
    await page.goto(`${house.origin}/inbox`);
    await detail().getByRole('heading', { name: 'Delete plan.md' }).waitFor();
    const { browser: hers } = grace;
    const current = await hers.fetch(`/api/projects/${projectId}/file?path=plan.md`);
    const headers = { 'if-match': current.headers.get('etag') ?? '' };
    await grace.call(saveFile, { params: { projectId }, query: { path: 'plan.md' }, body: text(5) }, { headers });
    await page.reload();
    await detail().getByText('Edited since this was asked').waitFor();
    await look(page, 'inbox-stale');
    await detail().getByRole('button', { name: 'Approve', exact: true }).click();
    await detail().getByText('A file was edited after this was asked').waitFor();
    await until(async () => ['done', 'waiting'].includes(await statusOf(runId)));
    await page.getByRole('button', { name: 'This run asks again: Delete plan.md' }).click();
    await detail().getByRole('cell', { name: 'Line 5 of the plan' }).waitFor();
    assert.equal(await detail().getByText('Edited since this was asked').count(), 0);
    await detail().getByRole('button', { name: 'Approve', exact: true }).click();
    await until(async () => (await statusOf(runId)) === 'done');
  });

  it('has seen no error in the console, and nothing was loaded from elsewhere', () => assert.deepEqual(complaints, []));
});
