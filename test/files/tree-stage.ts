/** Ada's browser on the tree of a project with a few files; each test has a project of its own. */
import assert from 'node:assert/strict';
import { after, before, beforeEach } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { readFile } from '#features/files/contract.ts';
import { listChanges } from '#features/files/history-contract.ts';
import { importFiles } from '#features/files/transfer-contract.ts';
import { openBrowser, openPage } from '../harness/browser.ts';
import { newProject, type Person, signUp, startTestServer, type TestServer } from '../harness/test-server.ts';
import { zipOf } from '../harness/zip.ts';

const paths = ['docs/guide/intro.md', 'docs/guide/setup.md', 'docs/paper.pdf', 'src/main.ts', 'aux.txt', 'notes.md', 'plan.md', 'todo.md'];

/** Prepares the tests of the suite it is called in. */
export function useTree() {
  let testServer: TestServer;
  let browser: Browser;
  let page: Page;
  let complaints: string[];
  let ada: Person;
  let projectId: string;

  const openAs = async (person: Person) => {
    const opened = await openPage(browser);
    await opened.context.addCookies(cookiesOf(person));
    return opened;
  };
  const cookiesOf = (person: Person) => [...person.browser.cookies].map(([name, value]) => ({ name, value, url: testServer.origin }));
  const address = (id = projectId) => `${testServer.origin}/projects/${id}`;
  const row = (name: string, on = page) => on.getByRole('treeitem', { name, exact: true });
  const item = (name: string, on = page) => on.getByRole('menuitem', { name });
  const openMenu = async (name: string) => row(name).click({ button: 'right' });
  const shown = (on = page) =>
    on.locator('[role=treeitem]').evaluateAll((rows) => rows.map((each) => each.getAttribute('data-path') ?? ''));
  const addFiles = (id: string, names: readonly string[]) =>
    ada.call(importFiles, { params: { projectId: id }, body: zipOf(names.map((name) => ({ name, content: `This is ${name}` }))) });
  const read = async (path: string) => Buffer.from((await ada.call(readFile, { params: { projectId }, query: { path } })).body).toString();
  const newestChange = async () => (await ada.call(listChanges, { params: { projectId }, query: { limit: 1 } })).body.changes[0];

  before(async () => {
    testServer = await startTestServer();
    browser = await openBrowser();
    ada = await signUp(testServer);
    ({ page, complaints } = await openAs(ada));
  });
  beforeEach(async () => {
    projectId = (await newProject(ada, 'Engine')).id;
    await addFiles(projectId, paths);
    await page.goto(address());
    await row('docs').waitFor();
  });
  after(async () => {
    await browser.close();
    await testServer.close();
    assert.deepEqual(complaints, []);
  });
  return {
    get testServer() {
      return testServer;
    },
    get browser() {
      return browser;
    },
    get page() {
      return page;
    },
    get ada() {
      return ada;
    },
    get projectId() {
      return projectId;
    },
    openAs,
    cookiesOf,
    address,
    row,
    item,
    openMenu,
    shown,
    addFiles,
    read,
    newestChange,
  };
}
