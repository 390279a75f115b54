/** The screens on a phone. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { findBarriers, look, openBrowser, openPage } from './harness/browser.ts';
import { newProject, signUp, startTestServer, type TestServer } from './harness/test-server.ts';

describe('a phone', { timeout: 180_000 }, () => {
  let testServer: TestServer;
  let browser: Browser;
  let page: Page;
  let complaints: string[];
  before(async () => {
    testServer = await startTestServer();
    browser = await openBrowser();
    let context: Awaited<ReturnType<typeof openPage>>['context'];
    ({ page, context, complaints } = await openPage(browser));
    const person = await signUp(testServer);
    await newProject(person, 'Mill');
    await context.addCookies([...person.browser.cookies].map(([name, value]) => ({ name, value, url: testServer.origin })));
    await page.goto(testServer.origin);
  });
  after(async () => {
    await browser.close();
    await testServer.close();
  });

  const sidebar = (page: Page) => page.getByRole('navigation', { name: 'Main' });
  const settings = (page: Page) => page.getByRole('navigation', { name: 'Organization settings' });

  it('has five places at the bottom, and the rest under More', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    assert.deepEqual(
      (await sidebar(page).locator('.sidebar-name').allTextContents()).map((text) => text.trim()),
      ['Projects', 'Inbox', 'Agents', 'Activity', 'More'],
    );
    await sidebar(page).getByRole('button', { name: 'More' }).click();
    await page.getByRole('dialog', { name: 'More' }).waitFor();
    // On a wider screen, there is no bar that could have opened it.
    assert.deepEqual(await findBarriers(page), []);
    const more = page.getByRole('dialog', { name: 'More' });
    await more.getByRole('link', { name: 'Organization settings' }).click();
    await settings(page).getByRole('link', { name: 'Members' }).click();
    await page.getByRole('heading', { name: 'Members' }).waitFor();
  });

  it('has the views of a project at its top, and its other pages in a menu', async () => {
    await page.goto(testServer.origin);
    await page.getByRole('link', { name: 'Mill' }).click();
    const views = page.getByRole('navigation', { name: 'Views of the project' });
    for (const view of ['Editor', 'Agent', 'Files']) {
      await views.getByRole('button', { name: view }).click();
      await views.locator('[aria-current=true]', { hasText: view }).waitFor();
    }
    const [strip, head] = [await views.boundingBox(), await page.getByRole('navigation', { name: 'Breadcrumb' }).boundingBox()];
    assert.ok(strip && head && strip.y < 150 && strip.y > head.y, 'the views are at the top: one bar is enough at the bottom');
    await look(page, 'project-phone');
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByRole('button', { name: 'More about Mill' }).click();
    await page.getByRole('menuitem', { name: 'Access' }).click();
    await page.getByRole('dialog', { name: 'Access to Mill' }).getByRole('button', { name: 'Cancel' }).click();
  });

  it('fits, also at 200 %', async () => {
    const project = new URL(page.url()).pathname;
    for (const [width, height] of [
      [390, 844],
      // 1440 px at 200 %.
      [720, 450],
    ] as const) {
      await page.setViewportSize({ width, height });
      for (const path of [
        '/',
        '/settings',
        '/settings/members',
        '/settings/invitations',
        '/settings/roles',
        '/settings/general',
        '/activity',
        project,
      ]) {
        await page.goto(testServer.origin + path);
        await page.getByRole('heading', { level: 1 }).first().waitFor();
        const cut = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        assert.ok(cut <= 0, `${path} is ${cut} px too wide at ${width} px`);
      }
    }
  });

  it('logs no console errors, and loads nothing from elsewhere', () => assert.deepEqual(complaints, []));
});
