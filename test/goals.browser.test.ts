import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { changePlan, getRun, listRuns } from '#features/runs/contract.ts';
import type { PlanStep } from '#features/runs/plan.ts';
import { look, openBrowser, openPage } from './harness/browser.ts';
import { eventually } from './harness/eventually.ts';
import { type ModelServerPart, openModelServer } from './harness/model-server.ts';
import { putRun, unknownOutcome } from './harness/run-states.ts';
import { newProject, type Person, signUp, startTestServer, type TestServer } from './harness/test-server.ts';

/** A gate that a test opens once it has checked everything before it. */
function createGate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open: () => open(), opened };
}

const step = (text: string, status: PlanStep['status'], note?: string): PlanStep => ({ text, status, ...(note && { note }) });
const plan = (...steps: PlanStep[]): ModelServerPart => ({ tool: 'update_plan', input: { steps } });

describe('the plan and the report of a run', { timeout: 240_000 }, () => {
  const gates = { planned: createGate(), over: createGate() };
  let models: Awaited<ReturnType<typeof openModelServer>>;
  let testServer: TestServer;
  let browser: Browser;
  let page: Page;
  let context: BrowserContext;
  let complaints: string[];
  let ada: Person;
  let projectId: string;
  let runId: string;
  before(async () => {
    models = await openModelServer(async function* (request, n): AsyncGenerator<ModelServerPart> {
      if (n === 1) {
        yield 'First I look around.';
        return yield plan(
          step('Read what the documentation says today', 'done', 'Three files in docs/, the oldest of 2019'),
          step('Rewrite the guide for people who have never seen the engine', 'doing'),
          step('Check that every example still runs', 'open'),
          step('Add pictures', 'open'),
        );
      }
      if (n === 2) {
        await gates.planned.opened;
        yield { tool: 'write_file', input: { path: 'docs/guide.md', content: '# The engine\n' } };
        return yield { tool: 'write_file', input: { path: 'docs/examples.md', content: '# Examples\n' } };
      }
      if (n === 3) {
        await gates.over.opened;
        const told = request.messages.findLast(({ role }) => role === 'user');
        const steps = [...String(told?.content).matchAll(/^- \[(.)\] ([^(\n]*)/gm)].map(([, mark, text = '']) => {
          const status = mark === '-' ? 'dropped' : text.startsWith('Check') ? 'open' : 'done';
          return step(text.trim(), status);
        });
        return yield plan(...steps);
      }
      yield 'The guide is rewritten. I could not check the examples: there is nothing here to run them with.';
    });
    testServer = await startTestServer({ env: { MODEL_SERVER_URL: models.url } });
    browser = await openBrowser();
    ({ page, context, complaints } = await openPage(browser));
    ada = await signUp(testServer);
    projectId = (await newProject(ada, 'Analytical engine')).id;
    await context.addCookies([...ada.browser.cookies].map(([name, value]) => ({ name, value, url: testServer.origin })));
  });
  after(async () => {
    for (const gate of Object.values(gates)) gate.open();
    await browser.close();
    await testServer.close();
    await models.close();
  });

  const open = (id?: string) => page.goto(`${testServer.origin}/projects/${projectId}${id ? `?run=${id}` : ''}`);
  const panel = () => page.getByRole('region', { name: 'Plan', exact: true });
  const rows = () => panel().getByRole('list', { name: 'Steps' }).getByRole('listitem');
  const texts = async () => (await rows().locator('.step-reword').allTextContents()).map((text) => text.slice(0, 12));
  const planOf = async () => {
    const { events } = (await ada.call(getRun, { params: { runId } })).body;
    return events.flatMap((event) => (event.type === 'plan' ? [event.data] : [])).at(-1);
  };
  const stored = (version: number) => eventually(`version ${version} is stored`, async () => (await planOf())?.version === version);

  it('begins with a goal and its constraints', async () => {
    await open();
    await page.getByLabel('Model').selectOption('server/test');
    await page.getByLabel('Level').selectOption('autonomous');
    await page.getByLabel(/This is a goal/).check();
    await page.getByLabel('Message').fill('Make the guide one that a newcomer understands');
    await page.getByLabel('Constraints, one a line').fill(`Touch nothing but docs/\n${'x'.repeat(501)}`);
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByText('Constraint 2: Use at most 500 characters.').waitFor();
    await page.getByLabel('Constraints, one a line').fill('Touch nothing but docs/\n\nUse no jargon');
    await look(page, 'goal-new');
    await page.getByRole('button', { name: 'Send' }).click();
    await panel().getByText('1 of 4 done').waitFor();
    const { runs } = (await ada.call(listRuns, { params: { projectId } })).body;
    assert.deepEqual(runs[0]?.goal, { constraints: ['Touch nothing but docs/', 'Use no jargon'] });
    runId = runs[0]?.id ?? '';
    await panel().getByText('Use no jargon').waitFor();
    await look(page, 'goal-plan');
  });

  it('lets people reword, add, drop and check off items in place', async () => {
    await rows()
      .nth(1)
      .getByRole('button', { name: /^Rewrite/ })
      .click();
    await page.keyboard.press('Escape');
    assert.equal((await planOf())?.version, 1);
    await page.keyboard.press('Enter');
    await page.getByLabel(/^Reword: Rewrite/).fill('Rewrite the guide for newcomers');
    await look(page, 'goal-reword');
    await page.getByLabel(/^Reword: Rewrite/).press('Enter');
    await stored(2);
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Rewrite the guide for newcomersUnder way');
    await panel().getByLabel('Another step').fill('Ask Charles to read it');
    await page.keyboard.press('Enter');
    await stored(3);
    await rows().nth(3).hover();
    await panel().getByRole('button', { name: 'Drop: Add pictures' }).click();
    await stored(4);
    await panel().getByRole('checkbox', { name: 'Done: Ask Charles' }).check();
    await stored(5);
    await panel().getByText('2 of 4 done').waitFor();
    await page
      .getByText(/Ada Lovelace changed the plan/)
      .first()
      .waitFor();
  });

  it('lets items be moved by keyboard, and keeps focus on the item', async () => {
    await rows()
      .nth(4)
      .getByRole('button', { name: /^Ask Charles/ })
      .focus();
    await page.keyboard.press('Alt+ArrowUp');
    await page.keyboard.press('Alt+ArrowUp');
    await page.keyboard.press('Alt+ArrowUp');
    await stored(8);
    assert.deepEqual(await texts(), ['Read what th', 'Ask Charles ', 'Rewrite the ', 'Check that e', 'Add pictures']);
    assert.match((await page.evaluate(() => document.activeElement?.textContent)) ?? '', /^Ask Charles/);
    await panel().getByText('Ask Charles to read it: place 2 of 5').waitFor({ state: 'attached' });
    await page.keyboard.press('Alt+ArrowDown');
    await stored(9);
    assert.match((await page.evaluate(() => document.activeElement?.textContent)) ?? '', /^Ask Charles/);
    await look(page, 'goal-edited');
  });

  it('reapplies an edit made while someone else changes the plan, and says if it cannot', async () => {
    const now = await planOf();
    const steps = now?.steps ?? [];
    const other = { params: { runId }, body: { steps: [...steps, step('Tell the team', 'open')], version: 9 } };
    let once = true;
    await page.route('**/plan', async (route) => {
      if (once) await ada.call(changePlan, other);
      once = false;
      await route.continue();
    });
    await panel().getByRole('checkbox', { name: 'Done: Ask Charles' }).uncheck();
    await stored(11);
    assert.deepEqual(
      (await planOf())?.steps.map(({ text, status }) => [text.slice(0, 4), status]),
      [
        ['Read', 'done'],
        ['Rewr', 'doing'],
        ['Ask ', 'open'],
        ['Chec', 'open'],
        ['Add ', 'dropped'],
        ['Tell', 'open'],
      ],
    );
    await page.unroute('**/plan');
    const without = (await planOf())?.steps.filter(({ text }) => !text.startsWith('Ask')) ?? [];
    await page.route('**/plan', async (route) => {
      const { version = 0 } = (await planOf()) ?? {};
      if (version === 11) await ada.call(changePlan, { params: { runId }, body: { steps: without, version } });
      await route.continue();
    });
    await panel().getByRole('checkbox', { name: 'Done: Ask Charles' }).check();
    await panel()
      .getByText(/taken this step out of the plan/)
      .waitFor();
    await page.unroute('**/plan');
  });

  it('shows what is in progress in one line on a phone, and everything on demand', async () => {
    await page.setViewportSize({ width: 390, height: 860 });
    await open(runId);
    await panel().getByText('1 of 4 done').waitFor();
    assert.equal(await rows().first().isVisible(), false);
    await panel().getByText('Rewrite the guide for newcomers').first().waitFor();
    await panel().locator('summary').click();
    await rows().first().waitFor();
    await page.setViewportSize({ width: 1360, height: 860 });
  });

  it('ends with a report: done, left open, changed, spent; all changes can be undone there', async () => {
    await open(runId);
    gates.planned.open();
    gates.over.open();
    const report = page.getByRole('region', { name: 'Report' });
    await report.getByText('done, with steps left open').waitFor();
    await report.getByRole('list', { name: 'Left open' }).getByText('Check that every example').waitFor();
    await report.getByRole('list', { name: 'Dropped' }).getByText('Add pictures').waitFor();
    await report.getByText('2 files in 2 changes').waitFor();
    await panel().locator('summary').click();
    assert.equal(await panel().getByRole('checkbox').count(), 0);
    await panel().locator('summary').click();
    await look(page, 'goal-report');
    await report.getByRole('button', { name: 'docs/guide.md' }).click();
    await page.locator('.cm-content').getByText('# The engine').waitFor();
    await report.getByRole('button', { name: 'Undo all' }).click();
    const asked = page.getByRole('dialog', { name: 'Undo this run’s changes?' });
    await asked.getByRole('list', { name: 'Files' }).getByText('docs/guide.md').waitFor();
    await look(page, 'goal-undo');
    // On a phone too, where another pane is in front.
    await page.setViewportSize({ width: 390, height: 860 });
    await asked.waitFor();
    await page.setViewportSize({ width: 1360, height: 860 });
    await asked.getByRole('button', { name: 'Undo changes' }).click();
    await page.getByText(/Undid this run’s changes \(2 files\)/).waitFor();
    await report.getByText('2 files in 2 changes, undone').waitFor();
    assert.equal(await report.getByRole('button', { name: 'Undo all' }).count(), 0);
    assert.equal(await report.getByRole('button', { name: 'docs/guide.md' }).count(), 0);
    await page.getByRole('button', { name: 'Redo' }).click();
    await report.getByRole('button', { name: 'Undo all' }).waitFor();
  });

  it('says that there is no plan yet, and lets people begin it', async () => {
    const setting = { databaseUrl: testServer.databaseUrl, projectId, userId: ada.id };
    runId = await putRun({ ...setting, constraints: [] }, 'waiting', unknownOutcome);
    await open(runId);
    await panel().getByText('There is no plan yet').waitFor();
    await panel().getByLabel('Another step').fill('Look at the letter');
    await panel().getByRole('button', { name: 'Add' }).click();
    await stored(1);
    await panel().getByText('0 of 1 done').waitFor();
    await page.getByText('The agent needs your decision').first().waitFor();
    await look(page, 'goal-waiting');
  });

  it('logs no console errors, and loads nothing from elsewhere', () => assert.deepEqual(complaints, []));
});
