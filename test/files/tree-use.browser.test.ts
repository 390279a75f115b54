import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { saveFile } from '#features/files/contract.ts';
import { listOrganizations } from '#features/organizations/contract.ts';
import { findBarriers, look } from '../harness/browser.ts';
import { eventually } from '../harness/eventually.ts';
import { addMember, newProject, signUp } from '../harness/test-server.ts';
import { useTree } from './tree-stage.ts';

describe('the tree of files, filtered, followed and full', { timeout: 240_000 }, () => {
  const tree = useTree();
  const { row, item, openMenu, shown, read, address, addFiles, openAs, cookiesOf } = tree;

  it('filters by parts of names, and shows a result in its folder', async () => {
    const filter = tree.page.getByRole('textbox', { name: 'Filter files' });
    await filter.fill('guint');
    await row('intro.md docs/guide').waitFor();
    await eventually('the results', shown, ['docs/guide/intro.md']);
    await look(tree.page, 'files-filter');
    await filter.press('ArrowDown');
    await tree.page.waitForFunction(() => document.activeElement?.getAttribute('data-path') === 'docs/guide/intro.md');
    await tree.page.keyboard.press('Shift+F10');
    assert.deepEqual(await tree.page.getByRole('menuitem').allTextContents(), [
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
    await tree.page.getByRole('heading', { name: 'No file matches' }).waitFor();
    await tree.page.keyboard.press('Escape');
    await row('plan.md').waitFor();
    await filter.fill('todo');
    await row('todo.md').waitFor();
    await eventually('the results', shown, ['todo.md']);
    await filter.press('Enter');
    await tree.page.locator('.cm-content').getByText('This is todo.md').waitFor();
  });

  it('duplicates, and copies paths', async () => {
    await openMenu('docs');
    await item('Duplicate').click();
    await tree.page.getByText('Created docs copy.').waitFor();
    assert.equal(await read('docs copy/guide/intro.md'), await read('docs/guide/intro.md'));
    await tree.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await row('docs').click();
    await openMenu('guide');
    await item('Copy path').click();
    await tree.page.getByText('Copied.').waitFor();
    assert.equal(await tree.page.evaluate(() => navigator.clipboard.readText()), 'docs/guide');
  });

  it('shows what a colleague does, and lists only the folders that it touches', async () => {
    await row('docs').click();
    await row('guide').waitFor();
    const listed: string[] = [];
    tree.page.on('request', (request) => {
      const { pathname, searchParams } = new URL(request.url());
      if (pathname.endsWith('/files') && searchParams.has('depth')) listed.push(searchParams.get('path') ?? '');
    });
    // The tree.page has to be known to the server as following the project.
    await eventually(
      'the tree follows',
      async () => {
        await tree.ada
          .call(
            saveFile,
            { params: { projectId: tree.projectId }, query: { path: 'docs/new.md' }, body: String(Math.random()) },
            { headers: { 'if-match': '*' } },
          )
          .catch(() =>
            tree.ada.call(
              saveFile,
              { params: { projectId: tree.projectId }, query: { path: 'docs/new.md' }, body: 'new' },
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
        await tree.page.waitForTimeout(1500);
        return listed.length - before;
      },
      0,
    );
    listed.length = 0;
    await tree.ada.call(
      saveFile,
      { params: { projectId: tree.projectId }, query: { path: 'docs/new.md' }, body: 'newer' },
      { headers: { 'if-match': '*' } },
    );
    await eventually('a listing', async () => listed, ['docs']);
  });

  it('opens its menu by a long press of a finger, and by its button', async () => {
    const context = await tree.browser.newContext({ hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 } });
    await context.addCookies(cookiesOf(tree.ada));
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
    const charles = await signUp(tree.testServer, 'Charles Babbage');
    const { organizations } = (await tree.ada.call(listOrganizations, {})).body;
    await addMember(tree.testServer, charles, organizations[0]?.id ?? '', 'viewer');
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
    const large = (await newProject(tree.ada, 'Large')).id;
    await addFiles(large, [
      ...Array.from({ length: 15_000 }, (_, index) => `flat/file-${index}.txt`),
      ...Array.from({ length: 5_000 }, (_, index) => `deep/${index % 50}/${index % 7}/file-${index}.txt`),
    ]);
    const measure = async (id: string, first: string) => {
      const startedAt = performance.now();
      await tree.page.goto(address(id));
      await row(first).waitFor();
      return performance.now() - startedAt;
    };
    await measure(tree.projectId, 'docs');
    const small = Math.min(await measure(tree.projectId, 'docs'), await measure(tree.projectId, 'docs'));
    const opening = Math.min(await measure(large, 'flat'), await measure(large, 'flat'));
    t.diagnostic(`opened in ${Math.round(opening)} ms, a small project in ${Math.round(small)} ms`);
    assert.ok(opening < 3 * small + 500, `${opening} ms, a small project ${small} ms`);

    await row('flat').click();
    await row('file-0.txt').waitFor();
    await tree.page.keyboard.press('End');
    await tree.page.waitForFunction(() => document.activeElement?.getAttribute('data-path') === 'flat/file-14999.txt');
    assert.ok((await tree.page.locator('[role=treeitem]').count()) < 100);
    assert.equal(await row('file-14999.txt').getAttribute('aria-posinset'), '15000');
    await tree.page.getByRole('button', { name: 'New file' }).click();
    const newName = tree.page.getByRole('textbox', { name: 'Name of the new file' });
    await eventually('the field is in view, though the top of its folder was not', () =>
      newName.evaluate((field) => field.getBoundingClientRect().top > 0 && field.getBoundingClientRect().bottom < innerHeight),
    );
    await newName.press('Escape');
    await tree.page.waitForFunction(() => document.activeElement?.getAttribute('data-path') === 'flat/file-14999.txt');
    for (const key of ['ArrowUp', 'PageUp', 'ArrowUp']) await tree.page.keyboard.press(key);
    assert.equal(await tree.page.evaluate(() => document.activeElement?.role), 'treeitem');
    for (let times = 0; times < 60; times++) await tree.page.keyboard.press('Shift+PageUp');
    await tree.page.keyboard.press('Delete');
    await tree.page.getByText('Select at most 1\u202f000 items at once').waitFor();
    await tree.page.goto(`${address(large)}?file=deep/49/0/file-4949.txt`);
    await tree.page.waitForFunction(() => {
      const { top = -1, bottom = -1 } = document.querySelector('[data-path="deep/49/0/file-4949.txt"]')?.getBoundingClientRect() ?? {};
      return top > 0 && bottom < innerHeight;
    });
  });
});
