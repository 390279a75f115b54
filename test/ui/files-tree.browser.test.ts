import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { readFile, saveFile } from '#features/files/contract.ts';
import { listChanges } from '#features/files/history-contract.ts';
import { importFiles } from '#features/files/transfer-contract.ts';
import { listOrganizations } from '#features/organizations/contract.ts';
import { findBarriers, look, openBrowser, openPage } from '../harness/browser.ts';
import { eventually } from '../harness/eventually.ts';
import { addMember, newProject, type Person, signUp, startTestServer, type TestServer } from '../harness/test-server.ts';
import { zipOf } from '../harness/zip.ts';

const paths = ['docs/guide/intro.md', 'docs/guide/setup.md', 'docs/paper.pdf', 'src/main.ts', 'aux.txt', 'notes.md', 'plan.md', 'todo.md'];

describe('the tree of files', { timeout: 240_000 }, () => {
  let testServer: TestServer;
  let browser: Browser;
  let page: Page;
  let complaints: string[];
  let ada: Person;
  let projectId: string;

  const openAs = async (person: Person) => {
    const opened = await openPage(browser);
    await opened.context.addCookies([...person.browser.cookies].map(([name, value]) => ({ name, value, url: testServer.origin })));
    return opened;
  };
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

  it('is accessible, and goes by keyboard', async () => {
    await row('docs').focus();
    await page.keyboard.press('ArrowRight');
    await row('guide').waitFor();
    for (const key of ['ArrowRight', 'ArrowRight']) await page.keyboard.press(key);
    await row('intro.md').waitFor();
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction(() => document.activeElement?.getAttribute('data-path') === 'docs/guide/intro.md');
    const attributes = await row('setup.md').evaluate((each) =>
      ['level', 'setsize', 'posinset'].map((name) => each.getAttribute(`aria-${name}`)),
    );
    assert.deepEqual(attributes, ['3', '2', '2']);
    await page.keyboard.type('todo');
    await page.waitForFunction(() => document.activeElement?.getAttribute('data-path') === 'todo.md');
    await page.keyboard.press('Home');
    await page.keyboard.press('Shift+ArrowDown');
    assert.equal(await page.locator('[role=treeitem][aria-selected=true]').count(), 2);
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.locator('.cm-content').getByText('This is todo.md').waitFor();
    assert.equal(await row('todo.md').getAttribute('aria-current'), 'page');
    await row('aux.txt')
      .getByRole('img', { name: /Windows doesn’t allow this name/ })
      .waitFor();
    await look(page, 'files-tree');
    await row('todo.md').focus();
    await page.keyboard.press('Shift+F10');
    await item('Rename').waitFor();
    assert.deepEqual(await findBarriers(page), []);
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => document.activeElement?.getAttribute('data-path') === 'todo.md');
  });

  it('renames in place, and says why a name will not do', async () => {
    await row('notes.md').click();
    await page.keyboard.press('F2');
    const name = page.getByRole('textbox', { name: 'New name of notes.md' });
    assert.equal(
      await name.evaluate((input: HTMLInputElement) => input.value.slice(input.selectionStart ?? 0, input.selectionEnd ?? 0)),
      'notes',
    );
    await name.fill('plan.md');
    await page.keyboard.press('Enter');
    await page.getByText('plan.md already exists').waitFor();
    await name.fill('ideas.md');
    await page.keyboard.press('Enter');
    await row('ideas.md').waitFor();
    await page.getByRole('navigation', { name: 'Open files' }).or(page.locator('.tabs')).getByText('ideas.md').waitFor();
    assert.equal(await read('ideas.md'), 'This is notes.md');
    await page.getByText('Renamed notes.md to ideas.md.').waitFor();
    await page.getByRole('button', { name: 'Undo', exact: true }).click();
    await row('notes.md').waitFor();
    await page.locator('.tabs').getByText('notes.md').waitFor();
    await row('plan.md').focus();
    await page.keyboard.press('F2');
    await page.keyboard.type('something else');
    await page.keyboard.press('Escape');
    await row('plan.md').waitFor();
    assert.equal((await newestChange())?.kind, 'revert');
  });

  it('creates files and folders where its menu was opened', async () => {
    await openMenu('docs');
    await item('New folder here').click();
    await page.getByRole('textbox', { name: 'Name of the new folder' }).fill('drafts');
    await page.keyboard.press('Enter');
    await row('drafts').waitFor();
    await openMenu('drafts');
    await item('New file here').click();
    await page.getByRole('textbox', { name: 'Name of the new file' }).fill('first.md');
    await page.keyboard.press('Enter');
    await page.locator('.cm-content').click();
    await page.keyboard.type('A draft');
    await page.keyboard.press('Control+s');
    await page.getByText('Saved', { exact: true }).waitFor();
    assert.equal(await read('docs/drafts/first.md'), 'A draft');
    await row('first.md').waitFor();
    await page.reload();
    await row('first.md').waitFor();
  });

  it('deletes several files and folders at once, and brings them back', async () => {
    await row('notes.md').click();
    await row('todo.md').click({ modifiers: ['Shift'] });
    await row('src').click({ modifiers: ['Control'] });
    await openMenu('plan.md');
    await page.getByRole('menu', { name: 'Actions for 4 items' }).waitFor();
    await item('Delete').click();
    await page.getByText('Deleted 4 items.').waitFor();
    await eventually('what is left', shown, ['docs', 'aux.txt']);
    assert.equal((await newestChange())?.kind, 'delete');
    await page.getByRole('button', { name: 'Undo', exact: true }).click();
    await row('todo.md').waitFor();
    await eventually('what there was', shown, ['docs', 'src', 'aux.txt', 'notes.md', 'plan.md', 'todo.md']);
    await page.locator('.tabs').waitFor({ state: 'detached' });
  });

  it('asks before unsaved changes are deleted', async () => {
    await row('notes.md').click();
    await page.locator('.cm-content').click();
    await page.keyboard.type('Not saved');
    await row('notes.md').focus();
    await page.keyboard.press('Delete');
    await page.getByRole('dialog', { name: 'Delete notes.md?' }).getByText('unsaved changes').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    assert.equal(await read('notes.md'), 'This is notes.md');
    await page.keyboard.press('Control+s');
    await page.getByText('Saved', { exact: true }).waitFor();
  });

  it('moves what is dragged to a folder, which opens, or to the top, and nothing on Escape', async () => {
    await row('notes.md').click();
    await row('notes.md').dragTo(row('docs'));
    await page.getByText('Moved notes.md to docs.').waitFor();
    assert.equal(await read('docs/notes.md'), 'This is notes.md');
    const tree = page.getByRole('tree');
    const { height = 0 } = (await tree.boundingBox()) ?? {};
    await row('notes.md').dragTo(tree, { targetPosition: { x: 60, y: height - 20 } });
    await page.getByText('Moved notes.md to the top of the project.').waitFor();
    assert.equal(await read('notes.md'), 'This is notes.md');
    await row('docs').focus();
    await page.keyboard.press('ArrowLeft');
    await row('guide').waitFor({ state: 'detached' });
    await row('todo.md').hover();
    await page.mouse.down();
    await row('docs').hover();
    await row('docs').hover();
    await row('guide').waitFor();
    await row('guide').hover();
    await page.mouse.up();
    await page.getByText('Moved todo.md to docs/guide.').waitFor();
    const { number } = (await newestChange()) ?? {};
    await row('plan.md').hover();
    await page.mouse.down();
    await row('docs').hover();
    await row('docs').hover();
    await page.keyboard.press('Escape');
    await page.mouse.up();
    await page.waitForFunction(() => !document.querySelector('[data-drop]'));
    assert.equal((await newestChange())?.number, number);
  });

  it('moves by keyboard into a folder that is chosen level by level, and makes it if it is new', async () => {
    await row('plan.md').click();
    await row('todo.md').click({ modifiers: ['Control'] });
    await openMenu('todo.md');
    await item('Move to…').click();
    const folder = page.getByRole('combobox', { name: 'Folder' });
    await page.getByRole('option', { name: 'docs' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('option', { name: 'guide' }).waitFor();
    assert.equal(await folder.inputValue(), 'docs/');
    await page.keyboard.type('guide/new');
    await page.keyboard.press('Enter');
    await page.getByText('Moved 2 items to docs/guide/new.').waitFor();
    assert.equal(await read('docs/guide/new/plan.md'), 'This is plan.md');
    await openMenu('docs');
    await item('Move to…').click();
    await folder.fill('docs/guide');
    await page.getByRole('button', { name: 'Move', exact: true }).click();
    await page.getByText('A folder can’t be moved into itself.').waitFor();
    await look(page, 'files-move');
    await page.keyboard.press('Escape');
  });

  it('filters by parts of names, and shows a result in its folder', async () => {
    const filter = page.getByRole('textbox', { name: 'Filter files' });
    await filter.fill('guint');
    await row('intro.md docs/guide').waitFor();
    await eventually('the results', shown, ['docs/guide/intro.md']);
    await look(page, 'files-filter');
    await filter.press('ArrowDown');
    await page.waitForFunction(() => document.activeElement?.getAttribute('data-path') === 'docs/guide/intro.md');
    await page.keyboard.press('Shift+F10');
    assert.deepEqual(await page.getByRole('menuitem').allTextContents(), [
      'RenameF2',
      'Move to…',
      'Duplicate',
      'Copy path',
      'Download',
      'History',
      'Show in its folder',
      'DeleteDel',
    ]);
    await item('Show in its folder').click();
    await row('intro.md').waitFor();
    assert.equal(await row('intro.md').getAttribute('aria-selected'), 'true');
    await filter.fill('nothing like it');
    await page.getByRole('heading', { name: 'No file matches' }).waitFor();
    await page.keyboard.press('Escape');
    await row('plan.md').waitFor();
    await filter.fill('todo');
    await row('todo.md').waitFor();
    await eventually('the results', shown, ['todo.md']);
    await filter.press('Enter');
    await page.locator('.cm-content').getByText('This is todo.md').waitFor();
  });

  it('duplicates, and copies paths', async () => {
    await openMenu('docs');
    await item('Duplicate').click();
    await page.getByText('Created docs copy.').waitFor();
    assert.equal(await read('docs copy/guide/intro.md'), await read('docs/guide/intro.md'));
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await row('docs').click();
    await openMenu('guide');
    await item('Copy path').click();
    await page.getByText('Copied.').waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), 'docs/guide');
  });

  it('shows what a colleague does, and lists only the folders that it touches', async () => {
    await row('docs').click();
    await row('guide').waitFor();
    const listed: string[] = [];
    page.on('request', (request) => {
      const { pathname, searchParams } = new URL(request.url());
      if (pathname.endsWith('/files') && searchParams.has('depth')) listed.push(searchParams.get('path') ?? '');
    });
    // The page has to be known to the server as following the project.
    await eventually(
      'the tree follows',
      async () => {
        await ada
          .call(
            saveFile,
            { params: { projectId }, query: { path: 'docs/new.md' }, body: String(Math.random()) },
            { headers: { 'if-match': '*' } },
          )
          .catch(() =>
            ada.call(
              saveFile,
              { params: { projectId }, query: { path: 'docs/new.md' }, body: 'new' },
              { headers: { 'if-none-match': '*' } },
            ),
          );
        return row('new.md').count();
      },
      1,
    );
    await eventually(
      'the listings settle',
      async () => {
        const before = listed.length;
        await page.waitForTimeout(1500);
        return listed.length - before;
      },
      0,
    );
    listed.length = 0;
    await ada.call(saveFile, { params: { projectId }, query: { path: 'docs/new.md' }, body: 'newer' }, { headers: { 'if-match': '*' } });
    await eventually('a listing', async () => listed, ['docs']);
  });

  it('opens its menu by a long press of a finger, and by its button', async () => {
    const context = await browser.newContext({ hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 } });
    await context.addCookies([...ada.browser.cookies].map(([name, value]) => ({ name, value, url: testServer.origin })));
    const phone = await context.newPage();
    await phone.goto(address());
    await row('notes.md', phone).waitFor();
    const { x = 0, y = 0 } = (await row('notes.md', phone).boundingBox()) ?? {};
    const client = await context.newCDPSession(phone);
    await client.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x: x + 60, y: y + 20 }] });
    await item('Rename', phone).waitFor();
    await client.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    assert.deepEqual(await findBarriers(phone), []);
    assert.equal(new URL(phone.url()).searchParams.get('file'), null, 'nothing is opened');
    await phone.touchscreen.tap(200, 650);
    await item('Rename', phone).waitFor({ state: 'detached' });
    await phone.getByRole('button', { name: 'Actions for plan.md' }).tap();
    await item('Rename', phone).tap();
    await phone.getByRole('textbox', { name: 'New name of plan.md' }).fill('plans.md');
    await phone.keyboard.press('Enter');
    await row('plans.md', phone).waitFor();
    await context.close();
  });

  it('offers a viewer to read, and nothing else', async () => {
    const charles = await signUp(testServer, 'Charles Babbage');
    const { organizations } = (await ada.call(listOrganizations, {})).body;
    await addMember(testServer, charles, organizations[0]?.id ?? '', 'viewer');
    const { page: viewer, context } = await openAs(charles);
    await viewer.goto(address());
    await row('notes.md', viewer).click({ button: 'right' });
    assert.deepEqual(await viewer.getByRole('menuitem').allTextContents(), ['Copy path', 'Download', 'History']);
    await viewer.keyboard.press('Escape');
    await viewer.keyboard.press('Delete');
    await viewer.keyboard.press('F2');
    for (const name of ['New file', 'New folder', 'Upload']) assert.equal(await viewer.getByRole('button', { name }).count(), 0, name);
    assert.equal(await viewer.getByRole('textbox', { name: /New name/ }).count(), 0);
    await context.close();
    assert.equal(await read('notes.md'), 'This is notes.md');
  });

  it('stays as usable with 20,000 files as with a few', async (t) => {
    const large = (await newProject(ada, 'Large')).id;
    await addFiles(large, [
      ...Array.from({ length: 15_000 }, (_, index) => `flat/file-${index}.txt`),
      ...Array.from({ length: 5_000 }, (_, index) => `deep/${index % 50}/${index % 7}/file-${index}.txt`),
    ]);
    const measure = async (id: string, first: string) => {
      const startedAt = performance.now();
      await page.goto(address(id));
      await row(first).waitFor();
      return performance.now() - startedAt;
    };
    await measure(projectId, 'docs');
    const small = Math.min(await measure(projectId, 'docs'), await measure(projectId, 'docs'));
    const opening = Math.min(await measure(large, 'flat'), await measure(large, 'flat'));
    t.diagnostic(`opened in ${Math.round(opening)} ms, a small project in ${Math.round(small)} ms`);
    assert.ok(opening < 3 * small + 500, `${opening} ms, a small project ${small} ms`);

    await row('flat').click();
    await row('file-0.txt').waitFor();
    await page.keyboard.press('End');
    await page.waitForFunction(() => document.activeElement?.getAttribute('data-path') === 'flat/file-14999.txt');
    assert.ok((await page.locator('[role=treeitem]').count()) < 100);
    assert.equal(await row('file-14999.txt').getAttribute('aria-posinset'), '15000');
    for (const key of ['ArrowUp', 'PageUp', 'ArrowUp']) await page.keyboard.press(key);
    assert.equal(await page.evaluate(() => document.activeElement?.role), 'treeitem');
    for (let times = 0; times < 60; times++) await page.keyboard.press('Shift+PageUp');
    await page.keyboard.press('Delete');
    await page.getByText('Select at most 1\u202f000 items at once').waitFor();
    await page.goto(`${address(large)}?file=deep/49/0/file-4949.txt`);
    await page.waitForFunction(() => {
      const { top = -1, bottom = -1 } = document.querySelector('[data-path="deep/49/0/file-4949.txt"]')?.getBoundingClientRect() ?? {};
      return top > 0 && bottom < innerHeight;
    });
  });
});
