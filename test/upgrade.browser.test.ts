import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { makeAnotherBuild } from './harness/another-build.ts';
import { openBrowser, openPage } from './harness/browser.ts';
import { createTestDatabase, query } from './harness/database.ts';
import { openSwitchingProxy } from './harness/switching-proxy.ts';
import { newProject, type Person, signUp, startTestServer, type TestServer } from './harness/test-server.ts';

describe('an upgrade, for pages that are open', { timeout: 240_000 }, () => {
  let older: TestServer;
  let newer: TestServer;
  let build: Awaited<ReturnType<typeof makeAnotherBuild>>;
  let proxy: Awaited<ReturnType<typeof openSwitchingProxy>>;
  let browser: Browser;
  let ada: Person;
  before(async () => {
    const databaseUrl = await createTestDatabase();
    // In the database of other tests, the build is known without its assets.
    await query(databaseUrl, 'delete from client_builds');
    build = await makeAnotherBuild();
    older = await startTestServer({ databaseUrl });
    newer = await startTestServer({ databaseUrl, directory: build.directory });
    proxy = await openSwitchingProxy(older.origin);
    browser = await openBrowser();
    ada = await signUp(proxy);
    await newProject(ada, 'Analytical engine');
  });
  after(async () => {
    await browser.close();
    await proxy.close();
    await Promise.all([older.close(), newer.close()]);
    await build.remove();
  });

  /** A page of the server that the proxy leads to, and the names of the assets that it loads. */
  async function open(): Promise<{ page: Page; loaded: string[]; complaints: string[] }> {
    const { page, context, complaints } = await openPage(browser);
    const loaded: string[] = [];
    page.on('response', (response) => {
      const name = /\/assets\/([^/]+)$/.exec(response.url())?.[1];
      if (name && response.status() === 200) loaded.push(name);
    });
    await context.addCookies([...ada.browser.cookies].map(([name, value]) => ({ name, value, url: proxy.origin })));
    await page.goto(`${proxy.origin}/`);
    await page.getByText('Analytical engine').waitFor();
    return { page, loaded, complaints };
  }

  /** Screens whose scripts are loaded when they are opened. */
  async function walkThrough(page: Page): Promise<void> {
    await page.getByRole('link', { name: 'Agents', exact: true }).click();
    await page.getByRole('heading', { name: 'Agents', level: 1 }).waitFor();
    await page.getByRole('link', { name: 'Usage', exact: true }).click();
    await page.getByRole('heading', { name: 'Usage', level: 1 }).waitFor();
    await page.getByRole('link', { name: 'Projects', exact: true }).first().click();
    await page.getByText('Analytical engine').click();
    await page.getByLabel('Message').waitFor();
  }

  it('loads the rest of an old page from a new server', async () => {
    const { page, loaded, complaints } = await open();
    proxy.switchTo(newer.origin);
    const before = loaded.length;
    await walkThrough(page);
    const after = loaded.slice(before);
    assert.ok(after.length > 0 && after.some((name) => build.names.has(name)), `from the old build: ${after}`);
    assert.ok(![...build.names.values()].some((name) => after.includes(name)), 'and none of the new one');
    assert.deepEqual(withoutBrokenStreams(complaints), []);
    await page.context().close();
  });

  it('loads the rest of a new page from an old server, as after a rollback', async () => {
    proxy.switchTo(newer.origin);
    const { page, loaded, complaints } = await open();
    proxy.switchTo(older.origin);
    const before = loaded.length;
    await walkThrough(page);
    const added = new Set(build.names.values());
    assert.ok(
      loaded.slice(before).some((name) => added.has(name)),
      `from the new build: ${loaded.slice(before)}`,
    );
    assert.deepEqual(withoutBrokenStreams(complaints), []);
    await page.context().close();
  });
});

/** Switching ends open connections, as a server that shuts down does; streams are opened again. */
const withoutBrokenStreams = (complaints: string[]) =>
  complaints.filter((text) => !/ERR_(?:INCOMPLETE_CHUNKED|CONNECTION|EMPTY)/.test(text));
