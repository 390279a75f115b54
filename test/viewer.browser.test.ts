/** A viewer's screens: every control is known, and none of them changes anything that a viewer may not change. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { currentUser } from '#features/accounts/contract.ts';
import { openBrowser, openPage } from './harness/browser.ts';
import { query } from './harness/database.ts';
import { eventually } from './harness/eventually.ts';
import { type Fixture, seed } from './harness/fixture.ts';
import { addMember, type Person, signUp, startTestServer, type TestServer } from './harness/test-server.ts';

const inProject = (search: (fixture: Fixture) => string) => (fixture: Fixture) => `/projects/${fixture.projectId}${search(fixture)}`;
const settings = ['general', 'members', 'invitations', 'roles', 'security', 'models', 'connections', 'agent-permissions', 'audit'];

const places: Record<string, (fixture: Fixture) => string> = {
  projects: () => '/',
  'a project': inProject(() => ''),
  'a file': inProject(({ path }) => `?file=${path}`),
  'a run': inProject(({ runId }) => `?run=${runId}`),
  'a run that failed': inProject(({ failedRunId }) => `?run=${failedRunId}`),
  'a run that waits': inProject(({ waitingRunId }) => `?run=${waitingRunId}`),
  'a run with a goal': inProject(({ goalRunId }) => `?run=${goalRunId}`),
  'the permissions of agents in a project': inProject(() => '/agent-permissions'),
  'the inbox': ({ approvalId }) => `/inbox?approval=${approvalId}`,
  agents: () => '/agents',
  'an agent': ({ agentId }) => `/agents/${agentId}`,
  'a new agent': () => '/agents/new',
  schedules: () => '/schedules',
  'a schedule': ({ scheduleId }) => `/schedules/${scheduleId}?edit`,
  'a new schedule': ({ projectId }) => `/schedules/new?project=${projectId}`,
  'a trigger': ({ triggerId }) => `/triggers/${triggerId}?edit`,
  'a new trigger': ({ projectId }) => `/triggers/new?project=${projectId}`,
  activity: () => '/activity',
  usage: () => '/usage',
  ...Object.fromEntries(settings.map((name) => [`settings, ${name}`, () => `/settings/${name}`])),
};

/** Everything else changes something. */
const harmless: readonly RegExp[] = [
  /^Find/,
  /^..?Organization: /,
  /^..?You: /,
  // Panes, tabs, folded parts.
  /^(?:Fold|Show|Hide) (?:files|agent)$/,
  /^(?:notes|made)\.txt$/,
  /^Close notes\.txt$/,
  /^Filter files$/,
  // Their entries are checked below, and in the tests of the tree.
  /^(?:More about files|Editor options)$/,
  /^Actions for [A-Za-z]+\.(?:md|txt)$/,
  /^(?:History|All runs|Raw input|More about this run)$/,
  /^Width of /,
  // Rows that open something.
  /^(?:Put here|write (?:made|asked)\.txt: Hello)/,
  /^Version 1/,
  /^AGENTS\.md has changed/,
  /^Write asked\.txt/,
  // Shown to viewers without a way to save, by another test.
  /^Access$/,
  /^Copy /,
  // Filters, and the form that tries a rule.
  /^(?:Project|Kind|Period)$/,
  /^(?:Waiting|Decided|All|Mine|In use|Archived)$/,
  /^(?:An agent calls|On the file|In a run of the level|Started by)$/,
  /^Single keys act here/,
  // A viewer may leave.
  /^Leave$/,
];

describe('the screens of a viewer', { timeout: 240_000 }, () => {
  let testServer: TestServer;
  let browser: Browser;
  let page: Page;
  let complaints: string[];
  let fixture: Fixture;
  let viewer: Person;
  before(async () => {
    testServer = await startTestServer();
    browser = await openBrowser();
    let context: Awaited<ReturnType<typeof openPage>>['context'];
    ({ page, complaints, context } = await openPage(browser));
    fixture = await seed(testServer);
    viewer = await signUp(testServer, 'Vera Viewer');
    await query(testServer.databaseUrl, 'delete from members where user_id = $1', [viewer.id]);
    await addMember(testServer, viewer, fixture.organizationId, 'viewer');
    await eventually(
      'the server knows the membership',
      async () => (await viewer.call(currentUser, {})).body.user.organizations[0]?.role === 'viewer',
    );
    await context.addCookies([...viewer.browser.cookies].map(([name, value]) => ({ name, value, url: testServer.origin })));
  });
  after(async () => {
    await browser.close();
    await testServer.close();
  });

  /** Names of the enabled controls of the page. Links only lead somewhere, and where they lead is a screen of this test. */
  const controls = () =>
    page.evaluate(() => {
      const selector = 'button, input, select, textarea, [contenteditable="true"], [role="button"], [role="switch"]';
      return [...document.querySelectorAll<HTMLElement>(selector)]
        .filter(
          (control) => control.checkVisibility() && !control.matches(':disabled, :read-only:is(input, textarea), [aria-readonly="true"]'),
        )
        .map((control) => {
          const { labels } = control as HTMLInputElement;
          const name = control.ariaLabel ?? labels?.[0]?.textContent ?? control.textContent;
          return name.replaceAll(/\s+/g, ' ').trim();
        });
    });
  async function open(path: string): Promise<void> {
    await page.goto(testServer.origin + path);
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    await page.getByRole('status', { name: /^Loading/ }).waitFor({ state: 'detached' });
    await page.waitForLoadState('networkidle');
  }

  for (const [name, path] of Object.entries(places))
    it(`offer nothing that a viewer may not do: ${name}`, async () => {
      await open(path(fixture));
      assert.deepEqual(
        (await controls()).filter((control) => !harmless.some((one) => one.test(control))),
        [],
      );
    });

  it('say who may do it, on pages that are for others', async () => {
    for (const [path, sentence] of [
      ['/agents/new', /^This page needs the role member in .*; yours is viewer\.$/],
      ['/schedules/new', /^You can only view the projects here\./],
      ['/triggers/new', /^You can only view the projects here\./],
      ['/settings/invitations', /^This page needs the role admin/],
      ['/settings/audit', /^This page needs the role admin/],
      [`/inbox?approval=${fixture.approvalId}`, /^Only people with the role member or higher can answer this\./],
    ] as const) {
      await open(path);
      await page.getByText(sentence).waitFor();
    }
  });

  it('have menus and commands for looking only', async () => {
    const itemsOf = async (menu: string) => {
      await page.getByRole('button', { name: menu }).click();
      const items = page.getByRole('menuitem');
      await items.first().waitFor();
      const names = await items.locator('.truncate').allTextContents();
      await page.keyboard.press('Escape');
      await items.first().waitFor({ state: 'detached' });
      return names;
    };
    await open(`/projects/${fixture.projectId}?file=${fixture.path}`);
    assert.deepEqual(await itemsOf('More about files'), ['Show the open file', 'Collapse all folders', 'Download project as zip']);
    const inText = ['Find', 'Go to line…', 'Fold everything', 'Unfold everything'];
    assert.deepEqual(await itemsOf('Editor options'), [...inText, 'Don’t wrap long lines', 'Show who wrote each line', 'Download']);
    await open(`/projects/${fixture.projectId}?run=${fixture.runId}`);
    assert.deepEqual(await itemsOf('More about this run'), ['Copy link', 'Export as Markdown', 'Export as JSON']);
    await page.keyboard.press('Control+k');
    const found = page.getByRole('dialog').getByRole('option');
    await found.first().waitFor();
    const commands = await found.allTextContents();
    assert.deepEqual(
      commands.filter((command) => /^(?:new|start|create|invite|approve|reject|delete|undo|switch off|upload)/i.test(command)),
      [],
    );
    assert.ok(commands.length > 5);
  });

  it('log no console errors, and load nothing from elsewhere', () => assert.deepEqual(complaints, []));
});
