import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { currentUser } from '#features/accounts/contract.ts';
import { getPolicy, getProjectPolicy, putPolicy } from '#features/policies/contract.ts';
import { getRun, startRun } from '#features/runs/contract.ts';
import { switchAutonomy } from '#features/runs/switch-contract.ts';
import { look, openBrowser, openPage } from './harness/browser.ts';
import { query } from './harness/database.ts';
import { eventually } from './harness/eventually.ts';
import { setRole } from './harness/roles.ts';
import { newProject, type Person, signUp, startTestServer, type TestServer } from './harness/test-server.ts';

async function enter(context: BrowserContext, testServer: TestServer, person: Person): Promise<void> {
  await context.addCookies([...person.browser.cookies].map(([name, value]) => ({ name, value, url: testServer.origin })));
}

describe('policies and the switch in a browser', { timeout: 240_000 }, () => {
  let testServer: TestServer;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let complaints: string[];
  let person: Person;
  let projectId: string;
  let organization: { id: string; name: string };
  before(async () => {
    testServer = await startTestServer({ demoPace: 50 });
    browser = await openBrowser();
    ({ page, context, complaints } = await openPage(browser));
    person = await signUp(testServer);
    projectId = (await newProject(person, 'Website')).id;
    const [first] = (await person.call(currentUser, {})).body.user.organizations;
    assert.ok(first);
    organization = first;
    await enter(context, testServer, person);
  });
  after(async () => {
    await browser.close();
    await testServer.close();
  });

  const cell = (name: string) => page.getByLabel(name, { exact: true });
  const shown = (name: string) => cell(name).evaluate((select: HTMLSelectElement) => select.selectedOptions[0]?.text);

  it('shows the defaults for each tool and level', async () => {
    await page.goto(`${testServer.origin}/settings/autonomy`);
    await page.getByRole('heading', { name: 'Agent permissions' }).waitFor();
    await cell('edit_file, Autonomous').waitFor();
    assert.equal(await shown('edit_file, Autonomous'), 'Allow, by default');
    assert.equal(await shown('edit_file, Supervised'), 'Ask, by default');
    assert.equal(await shown('read_file, Off'), 'Allow, by default');
    // At level off, only reading is ever allowed without a click.
    assert.deepEqual(await cell('edit_file, Off').locator('option').allTextContents(), ['Ask, by default', 'Ask', 'Deny']);
    await look(page, 'policy', 2200);
  });

  it('says before it is saved what would change, and keeps it when saving fails', async () => {
    await cell('bash, Autonomous').selectOption('Ask');
    await page.getByLabel('Paths').fill('{docs,src}/**');
    await page.getByRole('button', { name: 'Add rule' }).click();
    await page.getByText('Use *, ** and ? only').waitFor();
    await page.getByLabel('Paths').fill('secrets/**');
    await page.getByLabel('At each level').selectOption('Deny');
    await page.getByRole('button', { name: 'Add rule' }).click();
    await cell('Who may use the level Autonomous').selectOption('Owners');
    await page.getByRole('textbox', { name: 'US$ a day' }).first().fill('lots');
    await page.getByText('Correct the marked amounts first.').waitFor();
    await page.getByRole('textbox', { name: 'US$ a day' }).first().fill('2.5');
    await page.getByText('6 changes').waitFor();
    await look(page, 'policy-unsaved', 2400);
    const refusal = { status: 429, code: 'rate_limited', detail: 'Too many requests for now.', title: '', type: '', requestId: '' };
    const saving = '**/api/autonomy/policy?*';
    await page.route(saving, (route) =>
      route.request().method() === 'PUT' ? route.fulfill({ status: 429, json: refusal }) : route.continue(),
    );
    await page.getByRole('button', { name: 'Save the policy' }).click();
    await page.getByText('Too many requests for now.').waitFor();
    await page.unroute(saving);
    assert.equal(await shown('bash, Autonomous'), 'Ask');
    await page.getByRole('button', { name: 'Save the policy' }).click();
    await page.getByText('The policy is saved').waitFor();
    const { policy } = (await person.call(getPolicy, {})).body;
    assert.deepEqual(policy, {
      rules: [
        { tool: 'bash', path: null, autonomous: 'ask' },
        { tool: '*', path: 'secrets/**', off: 'deny', supervised: 'deny', autonomous: 'deny' },
      ],
      levels: { autonomous: 'owner' },
      dailyBudgets: { user: { cost: 2.5 } },
    });
  });

  it('previews what would happen with the settings on screen', async () => {
    const verdict = page.locator('.policy-verdict');
    await page.getByLabel('An agent calls').selectOption('edit_file');
    await page.getByLabel('In a run of the level').selectOption('Autonomous');
    await page.getByLabel('Started by').selectOption('an owner');
    await verdict.getByText('It is carried out.').waitFor();
    await page.getByLabel('On the file').fill('secrets/keys.txt');
    await verdict.getByText('The policy of the organization refuses any tool at secrets/**').waitFor();
    await page.getByLabel('Started by').selectOption('an admin');
    await page.getByLabel('On the file').fill('notes.md');
    await verdict.getByText('The run would work at the level supervised').waitFor();
  });

  it('loses nothing when someone else saves meanwhile', async () => {
    await cell('edit_file, Autonomous').selectOption('Ask');
    const { policy, version } = (await person.call(getPolicy, {})).body;
    await person.call(putPolicy, { body: { basedOn: version, policy: { ...policy, approvers: 'admin' } } });
    // The live update arrives by itself; saving would be rejected.
    await page.getByText('You changed this policy in another tab').waitFor();
    assert.ok(await page.getByRole('button', { name: 'Save the policy' }).isDisabled());
    assert.equal(await shown('edit_file, Autonomous'), 'Ask');
    await page.getByText('2 changes').waitFor();
    await look(page, 'policy-conflict', 2400);
    await page.getByRole('button', { name: 'Take theirs' }).click();
    assert.equal(await shown('edit_file, Autonomous'), 'Allow, by default');
    assert.equal(await page.getByLabel('Minimum role to approve').inputValue(), 'admin');
  });

  it('lets a project choose only stricter settings, next to the organization’s', async () => {
    await page.goto(`${testServer.origin}/projects/${projectId}`);
    await page.getByRole('navigation', { name: 'Project', exact: true }).getByRole('link', { name: 'Agent permissions' }).click();
    await page.getByRole('link', { name: 'Organization’s permissions' }).waitFor();
    assert.deepEqual(await cell('bash, Autonomous').locator('option').allTextContents(), ['Ask, inherited', 'Deny']);
    assert.deepEqual(await cell('Any tool at secrets/**, Off').locator('option').allTextContents(), ['Deny, inherited']);
    assert.deepEqual(await cell('Who may use the level Autonomous').locator('option').allTextContents(), ['Owners, inherited']);
    await cell('edit_file, Autonomous').selectOption('Ask');
    await page.getByRole('button', { name: 'Save the policy' }).click();
    await page.getByText('The policy is saved').waitFor();
    await look(page, 'project-policy', 2200);
    const { policy } = (await person.call(getProjectPolicy, { params: { projectId } })).body;
    assert.deepEqual(policy.rules, [{ tool: 'edit_file', path: null, autonomous: 'ask' }]);
  });

  it('shows members the policy, and no action they cannot take', async () => {
    await setRole(testServer, person, 'member');
    await page.goto(`${testServer.origin}/settings/autonomy`);
    await cell('bash, Autonomous').waitFor();
    assert.ok(await cell('bash, Autonomous').isDisabled());
    assert.equal(await page.getByRole('button', { name: 'Add rule' }).count(), 0);
    await page.getByText('Admins change it.').waitFor();
    await setRole(testServer, person, 'viewer');
    await page.reload();
    await page.getByText('This page needs the role member in').waitFor();
    await setRole(testServer, person, 'owner');
  });

  it('shows what is at work and today’s usage', async () => {
    const insert = `insert into run_usage (run_id, day, model, organization_id, project_id, user_id, steps, input_tokens, output_tokens, cost)
      values (gen_random_uuid(), (now() at time zone 'utc')::date, 'openai/gpt-5', $1, $2, $3, 40, 90000, 8000, 2.75)`;
    await query(testServer.databaseUrl, insert, [organization.id, projectId, person.id]);
    await page.goto(`${testServer.origin}/autonomy`);
    await page.getByRole('heading', { name: 'Autonomous work is on' }).waitFor();
    await page.getByText('No run works at the moment.').waitFor();
    await page.getByText('budget reached').waitFor();
    await look(page, 'autonomy', 1300);
  });

  it('switches off with one click, says so everywhere, and switches on by name only', async () => {
    await page.getByRole('button', { name: 'Switch off now' }).click();
    await page.getByRole('heading', { name: 'Autonomous work is off' }).waitFor();
    await page.getByText('Ada Lovelace switched it off just now').waitFor();
    await look(page, 'autonomy-off', 1300);
    await page.getByRole('button', { name: 'Switch on…' }).click();
    await page.getByLabel(/Write the name/).fill('something else');
    await page.getByRole('button', { name: 'Switch on', exact: true }).click();
    await page.getByText(/what was held goes on at once/).waitFor();
    await look(page, 'autonomy-on-dialog');
    await page.getByLabel(/Write the name/).fill(organization.name);
    await page.getByRole('button', { name: 'Switch on', exact: true }).click();
    await page.getByRole('heading', { name: 'Autonomous work is on' }).waitFor();
  });

  it('shows on a paused run who paused it', async () => {
    // Today's usage exceeds the daily budget, which would make it ask.
    const { policy, version } = (await person.call(getPolicy, {})).body;
    await person.call(putPolicy, { body: { basedOn: version, policy: { ...policy, dailyBudgets: {} } } });
    const body = { message: 'write a.txt: '.concat('word '.repeat(400)), level: 'autonomous' as const, model: 'practice' };
    const { run } = (await person.call(startRun, { params: { projectId }, body })).body;
    await eventually(
      'the run is at work',
      async () => (await person.call(getRun, { params: { runId: run.id } })).body.run.status,
      'running',
    );
    await person.call(switchAutonomy, { body: { on: false } });
    await eventually('the run is queued', async () => (await person.call(getRun, { params: { runId: run.id } })).body.run.status, 'queued');
    await page.goto(`${testServer.origin}/projects/${projectId}?run=${run.id}`);
    await page.getByText('Held: Ada Lovelace switched autonomy off').waitFor();
    await page.locator('.run-status').getByText('Held').waitFor();
    await look(page, 'run-held');
    await page.goto(`${testServer.origin}/autonomy`);
    await page.getByRole('heading', { name: 'Held', exact: true }).waitFor();
    await look(page, 'autonomy-held', 1300);
    await person.call(switchAutonomy, { body: { on: true, confirm: organization.name } });
    await eventually('the run is done', async () => (await person.call(getRun, { params: { runId: run.id } })).body.run.status, 'done');
  });

  it('logs no console errors, and loads nothing from elsewhere', () => assert.deepEqual(complaints, []));
});
