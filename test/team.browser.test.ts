/** A founder invites two people by link; both join, one as a viewer. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { look, openBrowser, openPage } from './harness/browser.ts';
import { startTestServer, type TestServer } from './harness/test-server.ts';

const password = 'correct horse battery';

describe('a team in a browser', { timeout: 300_000 }, () => {
  let testServer: TestServer;
  let browser: Browser;
  let founder: Page;
  let viewer: Page;
  let member: Page;
  const contexts: BrowserContext[] = [];
  const complaints: string[] = [];
  let links: { viewer: string; member: string };
  before(async () => {
    testServer = await startTestServer();
    browser = await openBrowser();
    [founder, viewer, member] = [await newPage(), await newPage(), await newPage()];
  });
  after(async () => {
    await browser.close();
    await testServer.close();
  });

  async function newPage(): Promise<Page> {
    const opened = await openPage(browser);
    contexts.push(opened.context);
    opened.page.on('close', () => complaints.push(...opened.complaints));
    return opened.page;
  }
  const sidebar = (page: Page) => page.getByRole('navigation', { name: 'Main' });
  const settings = (page: Page) => page.getByRole('navigation', { name: 'Organization settings' });
  const pagesIn = (page: Page) => settings(page).getByRole('link').allTextContents();

  /** The server does not know its port, which the system chose. */
  const here = (link: string) => testServer.origin + link.slice(new URL(link).origin.length);

  async function signUp(page: Page, name: string, email: string): Promise<void> {
    await page.getByLabel('Name').fill(name);
    if (await page.getByLabel('Email').isEditable()) await page.getByLabel('Email').fill(email);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Sign up' }).click();
    await page.getByRole('heading', { name: 'Projects', exact: true }).waitFor();
  }

  async function invite(role: string, email?: string): Promise<string> {
    await founder.getByRole('button', { name: 'Invite people' }).first().click();
    const dialog = founder.getByRole('dialog', { name: 'Invite someone' });
    if (email) await dialog.getByLabel('Email').fill(email);
    await dialog.getByLabel('Role').selectOption(role);
    // Some people click twice, and still invite once.
    await dialog.getByRole('button', { name: 'Create invitation' }).dblclick();
    const shown = founder.getByRole('dialog', { name: 'Invitation link' });
    const link = await shown.getByLabel('Link', { exact: true }).inputValue();
    await shown.getByRole('button', { name: 'Done' }).click();
    return link;
  }

  it('guides the founder through the setup', async () => {
    await founder.goto(`${testServer.origin}/signup`);
    await signUp(founder, 'Ada Lovelace', 'ada@example.com');
    await founder.getByText('0 of 4 done').waitFor();
    await look(founder, 'setup-guide');
    await founder.getByRole('link', { name: 'Change name' }).click();
    await founder.getByLabel('Organization name').fill('Analytical Engines');
    await founder.getByRole('button', { name: 'Save' }).click();
    await founder.getByText('The name is saved.').waitFor();
    await sidebar(founder).getByRole('button', { name: 'Organization: Analytical Engines' }).waitFor();
    await founder.getByText('You’re the last owner. Transfer ownership before you leave.').waitFor();
    assert.ok(await founder.getByRole('button', { name: 'Leave' }).isDisabled());
    await look(founder, 'settings-general', 1000);
    await sidebar(founder).getByRole('link', { name: 'Projects' }).click();
    await founder.getByText('1 of 4 done').waitFor();
    await founder.getByRole('button', { name: 'Create', exact: true }).click();
    await founder.getByLabel('Name').fill('Mill');
    await founder.getByRole('button', { name: 'Create project' }).click();
    await founder.getByRole('region', { name: 'Files' }).waitFor();
    await sidebar(founder).getByRole('link', { name: 'Projects' }).click();
    await founder.getByText('2 of 4 done').waitFor();
    await founder.getByRole('button', { name: 'Connect' }).click();
    await founder.getByRole('dialog', { name: 'Add a provider' }).getByRole('button', { name: 'Cancel' }).click();
    await founder.getByRole('button', { name: 'Dismiss the setup guide' }).click();
    await founder.getByText('2 of 4 done').waitFor({ state: 'detached' });
    await founder.reload();
    await founder.getByRole('link', { name: 'Mill' }).waitFor();
    assert.equal(await founder.getByText('2 of 4 done').count(), 0);
    await sidebar(founder).getByRole('button', { name: 'You: Ada Lovelace' }).click();
    await founder.getByRole('menuitem', { name: 'Setup guide' }).click();
    await founder.getByText('2 of 4 done').waitFor();
  });

  it('lets the founder invite two people by link', async () => {
    await founder.getByRole('link', { name: 'Invite', exact: true }).click();
    await founder.getByRole('dialog', { name: 'Invite someone' }).waitFor();
    await look(founder, 'invite');
    await founder.getByRole('button', { name: 'Cancel' }).click();
    await founder.getByText('No open invitations').waitFor();
    links = { viewer: await invite('Viewer', 'grace@example.com'), member: await invite('Member') };
    await founder.getByRole('listitem', { name: 'grace@example.com' }).getByText('Viewer').waitFor();
    await founder.getByRole('listitem', { name: 'Anyone with the link' }).getByText('Member').waitFor();
    await look(founder, 'invitations');
    const renewed = founder.getByRole('listitem', { name: 'grace@example.com' });
    await renewed.getByRole('button', { name: 'New link' }).click();
    const former = links.viewer;
    links.viewer = await founder.getByRole('dialog', { name: 'Invitation link' }).getByLabel('Link', { exact: true }).inputValue();
    await look(founder, 'invitation-link');
    await founder.getByRole('button', { name: 'Done' }).click();
    await viewer.goto(here(former));
    await viewer.getByText('This invitation link is not valid.', { exact: false }).waitFor();
  });

  it('lets one sign up with the link', async () => {
    await viewer.goto(here(links.viewer));
    await viewer.getByRole('heading', { name: 'Join Analytical Engines' }).waitFor();
    await viewer.getByText('Ada Lovelace invited you to Analytical Engines. You’ll join as a viewer.').waitFor();
    await look(viewer, 'invitation-signed-out');
    await viewer.getByRole('link', { name: 'Create an account' }).click();
    await viewer.getByText('The invitation is for this address.').waitFor();
    await signUp(viewer, 'Grace Hopper', 'grace@example.com');
    await sidebar(viewer).getByRole('button', { name: 'Organization: Analytical Engines' }).waitFor();
    await viewer.getByRole('link', { name: 'Mill' }).waitFor();
  });

  it('lets the other accept it with the account they have', async () => {
    await member.goto(`${testServer.origin}/signup`);
    await signUp(member, 'Charles Babbage', 'charles@example.com');
    await member.goto(here(links.member));
    await member.getByText('You’re signed in as charles@example.com.').waitFor();
    await look(member, 'invitation-signed-in');
    await member.getByRole('button', { name: 'Accept invitation' }).click();
    await member.getByText('You joined Analytical Engines.').waitFor();
    await member.getByRole('link', { name: 'Mill' }).waitFor();
    const [context] = contexts.slice(2);
    const another = await context?.newPage();
    await another?.goto(testServer.origin);
    await another?.getByRole('button', { name: 'Organization: Analytical Engines' }).waitFor();
    await another?.getByRole('button', { name: 'Organization: Analytical Engines' }).click();
    await another?.getByRole('menuitemradio', { name: 'Charles Babbage’s team' }).click();
    await another?.getByRole('button', { name: 'Organization: Charles Babbage’s team' }).waitFor();
    await another?.getByText('No projects yet').waitFor();
    await member.reload();
    await member.getByRole('link', { name: 'Mill' }).waitFor();
    await another?.close();
  });

  it('offers the viewer nothing they may not do', async () => {
    assert.equal(await viewer.getByRole('button', { name: 'New project' }).count(), 0);
    assert.equal(await viewer.getByRole('button', { name: /^Actions for/ }).count(), 0);
    assert.equal(await viewer.getByText('Set up Analytical Engines').count(), 0);
    await look(viewer, 'viewer-projects');
    await viewer.getByRole('link', { name: 'Mill' }).click();
    await viewer.getByRole('region', { name: 'Files' }).waitFor();
    for (const name of ['New file', 'Send']) assert.equal(await viewer.getByRole('button', { name }).count(), 0, name);
    assert.equal(await viewer.getByRole('link', { name: 'Agent permissions' }).count(), 0);
    await viewer.getByRole('button', { name: 'Access' }).click();
    await viewer.getByText('Admins of the organization choose who has access.').waitFor();
    assert.equal(await viewer.getByRole('button', { name: 'Save access' }).count(), 0);
    await viewer.getByRole('button', { name: 'Close' }).click();
    for (const [place, actions] of [
      ['Agents', ['New agent']],
      ['Schedules', ['New schedule', 'New trigger']],
      ['Activity', ['Switch off…']],
    ] as const) {
      await sidebar(viewer).getByRole('link', { name: place }).click();
      await viewer.getByRole('heading', { level: 1, name: place }).waitFor();
      await viewer.getByRole('main').getByText(/\w/).nth(1).waitFor();
      for (const name of actions) {
        assert.equal(await viewer.getByRole('link', { name }).or(viewer.getByRole('button', { name })).count(), 0, name);
      }
    }
    await sidebar(viewer).getByRole('link', { name: 'Settings' }).click();
    await viewer.getByText('Admins can change this. Your role is viewer.').waitFor();
    assert.deepEqual(await pagesIn(viewer), ['General', 'Members', 'Roles', 'Security', 'Models', 'Connections', 'Limits']);
    assert.equal(await viewer.getByRole('button', { name: 'Transfer ownership' }).count(), 0);
    await settings(viewer).getByRole('link', { name: 'Members' }).click();
    await viewer.getByText('charles@example.com').waitFor();
    assert.equal(await viewer.getByRole('main').getByRole('combobox').count(), 0);
    assert.equal(await viewer.getByRole('button', { name: /^Actions for/ }).count(), 0);
    await settings(viewer).getByRole('link', { name: 'Roles' }).click();
    await viewer.getByRole('heading', { name: 'In a project' }).waitFor();
    await look(viewer, 'settings-roles', 1400);
    await viewer.goto(`${testServer.origin}/settings/audit`);
    await viewer.getByText('This page needs the role admin in Analytical Engines; yours is viewer.').waitFor();
  });

  it('shows members, and changes their roles', async () => {
    await founder.goto(`${testServer.origin}/settings/members`);
    await founder.getByText('Transfer ownership to change this.').waitFor();
    await look(founder, 'settings-members');
    await founder.getByLabel('Role of Charles Babbage').selectOption('Admin');
    await founder.getByText('Charles Babbage is now an admin.').waitFor();
    await member.goto(`${testServer.origin}/settings`);
    await settings(member).getByRole('link', { name: 'Audit' }).waitFor();
    await settings(founder).getByRole('link', { name: 'Security' }).click();
    await founder.getByRole('heading', { name: 'Confirmation' }).waitFor();
    await look(founder, 'settings-security', 1000);
  });

  it('restricts a project to listed people', async () => {
    await founder.goto(testServer.origin);
    await founder.getByRole('button', { name: 'Actions for Mill' }).click();
    await founder.getByRole('menuitem', { name: 'Access' }).click();
    const dialog = founder.getByRole('dialog', { name: 'Access to Mill' });
    await dialog.getByLabel('Only listed people').check();
    await look(founder, 'project-access');
    await dialog.getByRole('button', { name: 'Save access' }).click();
    await founder.getByText('The access is saved.').waitFor();
    await founder.getByRole('img', { name: 'Restricted to listed people' }).waitFor();
    await viewer.goto(testServer.origin);
    await viewer.getByText('No projects yet').waitFor();
  });

  it('removes a member, who falls back to another organization and is told so', async () => {
    await founder.goto(`${testServer.origin}/settings/members`);
    await member.goto(testServer.origin);
    await member.getByRole('link', { name: 'Mill' }).waitFor();
    await founder.getByRole('button', { name: 'Actions for Charles Babbage' }).click();
    await founder.getByRole('menuitem', { name: 'Remove' }).click();
    await founder.getByRole('button', { name: 'Remove member' }).click();
    await founder.getByText('Charles Babbage was removed.').waitFor();
    await member.getByText('You’re no longer a member of Analytical Engines. This tab now shows Charles Babbage’s team.').waitFor();
    await founder.getByRole('button', { name: 'Actions for Grace Hopper' }).click();
    await founder.getByRole('menuitem', { name: 'Remove' }).click();
    await founder.getByRole('button', { name: 'Remove member' }).click();
    await founder.getByText('Grace Hopper was removed.').waitFor();
    await viewer.goto(testServer.origin);
    await viewer.getByRole('heading', { level: 2, name: 'You’re not in an organization' }).waitFor();
    await look(viewer, 'no-organization');
  });

  it('leads from former addresses to the present ones', async () => {
    for (const [former, present] of [
      ['/autonomy', '/activity'],
      ['/settings/autonomy', '/settings/agent-permissions'],
      ['/settings', '/settings/general'],
      ['/load-reports', '/monitor/load-reports'],
      ['/load-reports/compare?reports=a,b', '/monitor/load-reports/compare?reports=a,b'],
    ] as const) {
      await founder.goto(testServer.origin + former);
      await founder.waitForURL(testServer.origin + present);
    }
  });

  it('logs no console errors, and loads nothing from elsewhere', async () => {
    for (const page of [founder, viewer, member]) await page.close();
    assert.deepEqual(complaints, []);
  });
});
