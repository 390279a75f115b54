import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { changeAgent, listAgents } from '#features/agents/contract.ts';
import { look, openBrowser, openPage } from './harness/browser.ts';
import { query } from './harness/database.ts';
import { setRole } from './harness/roles.ts';
import { newProject, type Person, signUp, startTestServer, type TestServer } from './harness/test-server.ts';

/** Signs in a person who signed up without a browser. */
async function enter(context: BrowserContext, testServer: TestServer, person: Person): Promise<void> {
  const cookies = [...person.browser.cookies].map(([name, value]) => ({ name, value, url: testServer.origin }));
  await context.addCookies(cookies);
}

describe('agents and usage in a browser', { timeout: 240_000 }, () => {
  let testServer: TestServer;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let complaints: string[];
  let person: Person;
  before(async () => {
    testServer = await startTestServer();
    browser = await openBrowser();
    ({ page, context, complaints } = await openPage(browser));
    person = await signUp(testServer);
    await enter(context, testServer, person);
  });
  after(async () => {
    await browser.close();
    await testServer.close();
  });

  const instructions = () => page.getByLabel('Instructions');

  it('shows an empty list that leads to a new agent', async () => {
    await page.goto(`${testServer.origin}/agents`);
    await page.getByText('No agents yet').waitFor();
    await look(page, 'no-agents');
    await page.getByRole('link', { name: 'New agent' }).first().click();
    await page.getByRole('heading', { name: 'New agent' }).waitFor();
  });

  it('shows errors beside each field, and keeps what was typed through a reload', async () => {
    await page.getByLabel('Name').fill('Proofreader');
    await page.getByLabel('Steps').fill('many');
    await page.getByRole('button', { name: 'Create agent' }).click();
    await page.getByText('Write a whole number, such as 50.').waitFor();
    await page.getByLabel('Steps').fill('2 0');
    await page.getByRole('button', { name: 'Create agent' }).click();
    await page.getByText('Say what the agent is to do, and how.').waitFor();
    await instructions().fill('Correct the spelling.\nChange nothing else.');
    await page.reload();
    await page.getByText('did not save is here again').waitFor();
    assert.equal(await instructions().inputValue(), 'Correct the spelling.\nChange nothing else.');
  });

  it('creates an agent with a model, some tools and a budget', async () => {
    await page.getByLabel('Model').selectOption({ label: 'Practice model' });
    await page.getByLabel('Only these').check();
    await page.getByRole('checkbox', { name: /^search_files/ }).uncheck();
    await page.getByLabel('Cost').fill('0.5');
    await look(page, 'new-agent', 1400);
    await page.getByRole('button', { name: 'Create agent' }).click();
    await page.getByRole('heading', { name: 'Proofreader' }).waitFor();
    const [agent] = (await person.call(listAgents, {})).body.agents;
    assert.ok(agent);
    assert.deepEqual([agent.model, agent.budget], ['practice', { steps: 20, cost: 0.5 }]);
    assert.ok(agent.tools?.includes('read_file') && !agent.tools.includes('search_files'));
    await page.getByText('Only these').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Discard' }).count(), 0);
  });

  it('saves a new version, and shows what changed between versions', async () => {
    await instructions().fill('Correct the spelling.\nChange nothing else, and say what you did.');
    await page.getByLabel('Autonomous').check();
    await page.getByRole('button', { name: 'Save as a new version' }).click();
    await page.getByRole('button', { name: /^Version 2/ }).click();
    await page.getByText('Change nothing else, and say what you did.').last().waitFor();
    await page.getByRole('table', { name: 'Lines that differ' }).waitFor();
    await look(page, 'agent-versions', 1600);
  });

  it('loses nothing when another tab saves meanwhile', async () => {
    await instructions().fill('Mine.');
    const [agent] = (await person.call(listAgents, {})).body.agents;
    assert.ok(agent);
    await person.call(changeAgent, { params: { agentId: agent.id }, body: { basedOn: 2, instructions: 'Theirs.' } });
    await page.getByRole('button', { name: 'Save as a new version' }).click();
    await page.getByText('You saved version 3 in another tab').waitFor();
    await look(page, 'agent-conflict', 1400);
    assert.equal(await instructions().inputValue(), 'Mine.');
    await page.getByRole('button', { name: 'Go on with mine' }).click();
    await page.getByRole('button', { name: 'Save as a new version' }).click();
    await page.getByRole('button', { name: /^Version 4/ }).waitFor();
  });

  it('loads an older version into the form, and discards it again', async () => {
    await page.getByRole('button', { name: /^Version 3/ }).click();
    await page.getByRole('button', { name: 'Use what it says again' }).first().click();
    assert.equal(await instructions().inputValue(), 'Theirs.');
    await page.getByRole('button', { name: 'Discard' }).click();
    assert.equal(await instructions().inputValue(), 'Mine.');
  });

  it('archives and restores', async () => {
    await page.getByRole('button', { name: 'Archive' }).click();
    await page.getByText('This agent is archived').waitFor();
    await page.getByRole('link', { name: 'Agents' }).first().click();
    await page.getByLabel('Archived').check();
    await page.getByRole('button', { name: 'Restore Proofreader' }).click();
    await page.getByText('No archived agents').waitFor();
    await page.getByLabel('In use').check();
    await page.getByRole('link', { name: 'Proofreader' }).waitFor();
    await look(page, 'agents');
  });

  it('shows a viewer everything, and no action they cannot take', async () => {
    await setRole(testServer, person, 'viewer');
    await page.goto(`${testServer.origin}/agents`);
    await page.getByRole('link', { name: 'Proofreader' }).click();
    await page.getByText('You see agents as a viewer').waitFor();
    assert.ok(await instructions().isDisabled());
    for (const name of ['Archive', 'Save as a new version']) assert.equal(await page.getByRole('button', { name }).count(), 0, name);
    await page.getByRole('button', { name: /^Version 2/ }).click();
    assert.equal(await page.getByRole('button', { name: 'Use what it says again' }).count(), 0);
    await look(page, 'agent-of-a-viewer');
    await setRole(testServer, person, 'owner');
  });

  it('says if there is no such agent', async () => {
    await page.goto(`${testServer.origin}/agents/${randomUUID()}`);
    await page.getByText('This agent does not exist').waitFor();
    await look(page, 'agent-missing');
  });

  describe('usage', () => {
    before(async () => {
      const [website, handbook] = [await newProject(person, 'Website'), await newProject(person, 'Handbook')];
      const insert = `insert into run_usage (run_id, day, model, organization_id, project_id, user_id, steps, input_tokens, output_tokens, cost)
        values ($1, (now() at time zone 'utc')::date - $2::int, $3, $4, $5, $6, $7, $8, $9, $10)`;
      for (let back = 0; back < 28; back++) {
        if (back % 7 > 4) continue;
        const size = 40_000 + ((back * 7919) % 13) * 9000;
        const { organizationId } = website;
        const big = [randomUUID(), back, 'openai/gpt-5', organizationId, website.id, person.id, 40 + back, size * 9, size, size / 90_000];
        const small = [randomUUID(), back, 'local/qwen3', organizationId, handbook.id, person.id, 9, size, 900, null];
        await query(testServer.databaseUrl, insert, big);
        await query(testServer.databaseUrl, insert, small);
      }
    });

    it('shows the usage of a period by day, project, person and model, and says what has no price', async () => {
      await page.goto(`${testServer.origin}/usage`);
      await page.getByRole('heading', { name: 'By day' }).waitFor();
      await page.getByRole('link', { name: /Tell what they cost/ }).waitFor();
      await page.getByRole('rowheader', { name: 'local/qwen3' }).waitFor();
      await page.getByText('no price known').first().waitFor();
      await look(page, 'usage', 1500);
      await page.getByLabel('Cost', { exact: true }).check();
      await page.getByText('Figures').click();
      await page.getByRole('region', { name: 'Table: by day' }).waitFor();
      await look(page, 'usage-cost', 1500);
    });

    it('filters by project, keeps the filter after a reload, and shows all again', async () => {
      await page.getByRole('button', { name: 'Handbook' }).click();
      await page.getByText('Only Handbook is shown.').waitFor();
      await page.reload();
      await page.getByText('Only Handbook is shown.').waitFor();
      await page.getByRole('button', { name: 'Show all' }).click();
      await page.getByRole('button', { name: 'Website' }).waitFor();
    });

    it('also shows months, and says if nothing was used', async () => {
      await page.getByLabel('Period').selectOption({ index: 13 });
      await page.getByText('Nothing was used').waitFor();
      await look(page, 'no-usage');
      await page.getByLabel('Period').selectOption('30d');
    });

    it('exports what is shown', async () => {
      const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'CSV' }).click()]);
      assert.match(download.suggestedFilename(), /^usage-\d{4}-\d\d-\d\d-to-\d{4}-\d\d-\d\d\.csv$/);
    });
  });

  it('logs no console errors, and loads nothing from elsewhere', () => assert.deepEqual(complaints, []));
});
