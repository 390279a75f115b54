import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { deleteFile, moveFile, saveFile } from '#features/files/contract.ts';
import { look, openBrowser, openPage } from './harness/browser.ts';
import { newProject, type Person, signUp, startTestServer, type TestServer } from './harness/test-server.ts';

const engine = (step: string, end: string) =>
  `The engine\n\n1. ${step}\n2. Weave the cards.\n3. Turn the crank.\n4. Read the result.\n5. ${end}\n`;

describe('the history of a file', { timeout: 120_000 }, () => {
  let testServer: TestServer;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let complaints: string[];
  let ada: Person;
  let projectId: string;
  before(async () => {
    testServer = await startTestServer();
    browser = await openBrowser();
    ({ page, context, complaints } = await openPage(browser));
    ada = await signUp(testServer);
    projectId = (await newProject(ada, 'Analytical engine')).id;
    await context.addCookies([...ada.browser.cookies].map(([name, value]) => ({ name, value, url: testServer.origin })));
    await save('engine.md', engine('Punch the cards.', 'Rest.'));
    await save('engine.md', engine('Punch the cards, twice.', 'Rest.'));
    await page.goto(`${testServer.origin}/projects/${projectId}?file=engine.md`);
    await page.getByRole('button', { name: 'History', exact: true }).click();
  });
  after(async () => {
    await browser.close();
    await testServer.close();
    assert.deepEqual(complaints, []);
  });

  const versions = new Map<string, string>();
  async function save(path: string, body: string): Promise<void> {
    const version = versions.get(path);
    const headers: Record<string, string> = version ? { 'if-match': `"${version}"` } : { 'if-none-match': '*' };
    const { file } = (await ada.call(saveFile, { params: { projectId }, query: { path }, body }, { headers })).body;
    versions.set(path, file.version);
  }
  const history = () => page.getByRole('complementary', { name: 'History' });
  const toast = () => page.getByRole('region', { name: 'Notifications' });

  it('shows what each change did, and the complete file at that time', async () => {
    await history()
      .getByRole('button', { name: /^Changed/ })
      .click();
    const changed = page.getByRole('region', { name: 'What changed' });
    await changed.getByRole('cell', { name: '1. Punch the cards, twice.' }).waitFor();
    assert.deepEqual(await changed.locator('tr[data-kind=removed] .diff-text').allTextContents(), ['1. Punch the cards.']);
    await look(page, 'history');
    await page.getByRole('button', { name: 'Show the whole file' }).click();
    await page.getByText('The file as it was after the change by Ada Lovelace').waitFor();
    await page.getByRole('button', { name: 'Back to the current version' }).click();
  });

  it('undoes a change, and undoes that again', async () => {
    await history().getByRole('button', { name: 'Undo change 2' }).click();
    await toast().getByText('engine.md is as before that change.').waitFor();

    await page.locator('.cm-content', { hasText: '1. Punch the cards.' }).waitFor();
    await history().getByText('Undone').waitFor();
    await toast().getByRole('button', { name: 'Undo' }).click();
    await page.locator('.cm-content', { hasText: '1. Punch the cards, twice.' }).waitFor();
  });

  it('says which lines conflict, and changes nothing', async () => {
    await save('engine.md', engine('Punch the cards, three times.', 'Rest, and think.'));
    await page.reload();
    await page.getByRole('button', { name: 'History', exact: true }).click();
    await history().getByRole('button', { name: 'Undo change 2' }).click();
    const dialog = page.getByRole('dialog', { name: 'This cannot be undone by itself' });
    await dialog.getByText('Ada Lovelace changed the same lines').waitFor();
    assert.deepEqual(await dialog.locator('pre').allTextContents(), [
      '1. Punch the cards, three times.\n',
      '1. Punch the cards, twice.\n',
      '1. Punch the cards.\n',
    ]);
    await look(page, 'undo-conflict');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    await page.locator('.cm-content', { hasText: '1. Punch the cards, three times.' }).waitFor();
  });

  it('shows a change of several files, the open one first', async () => {
    await save('a/first.md', 'first\n');
    await save('a/second.md', 'second\n');
    await ada.call(moveFile, { params: { projectId }, body: { from: 'a', to: 'b' } });
    await page.goto(`${testServer.origin}/projects/${projectId}?file=b%2Fsecond.md`);
    await page.getByRole('button', { name: 'History', exact: true }).click();
    await history()
      .getByRole('button', { name: /^Moved 2 files/ })
      .click();
    const changed = page.getByRole('region', { name: 'What changed' });
    await changed.getByRole('article').first().waitFor();
    assert.deepEqual(await changed.getByRole('heading').allTextContents(), ['b/second.md', 'b/first.md']);
    await look(page, 'history-of-many');
  });

  it('closes a file that an undo removes, and restores it', async () => {
    await save('made.md', 'made\n');
    await page.goto(`${testServer.origin}/projects/${projectId}?file=made.md`);
    await page.getByRole('button', { name: 'History', exact: true }).click();
    await history()
      .getByRole('button', { name: /^Undo change/ })
      .click();
    await toast().getByText('made.md is gone from the project').waitFor();
    await toast().getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('treeitem', { name: 'made.md' }).waitFor();
    await ada.call(deleteFile, { params: { projectId }, query: { path: 'made.md' } });
  });
});
