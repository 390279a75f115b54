import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findBarriers, look } from '../harness/browser.ts';
import { eventually } from '../harness/eventually.ts';
import { useTree } from './tree-stage.ts';

describe('the tree of files', { timeout: 240_000 }, () => {
  const tree = useTree();
  const { row, item, openMenu, shown, read, newestChange } = tree;

  it('is accessible, and goes by keyboard', async () => {
    await row('docs').focus();
    await tree.page.keyboard.press('ArrowRight');
    await row('guide').waitFor();
    for (const key of ['ArrowRight', 'ArrowRight']) await tree.page.keyboard.press(key);
    await row('intro.md').waitFor();
    await tree.page.keyboard.press('ArrowRight');
    await tree.page.waitForFunction(() => document.activeElement?.getAttribute('data-path') === 'docs/guide/intro.md');
    const attributes = await row('setup.md').evaluate((each) =>
      ['level', 'setsize', 'posinset'].map((name) => each.getAttribute(`aria-${name}`)),
    );
    assert.deepEqual(attributes, ['3', '2', '2']);
    await tree.page.keyboard.type('todo');
    await tree.page.waitForFunction(() => document.activeElement?.getAttribute('data-path') === 'todo.md');
    await tree.page.keyboard.press('Home');
    await tree.page.keyboard.press('Shift+ArrowDown');
    assert.equal(await tree.page.locator('[role=treeitem][aria-selected=true]').count(), 2);
    await tree.page.keyboard.press('End');
    await tree.page.keyboard.press('Enter');
    await tree.page.locator('.cm-content').getByText('This is todo.md').waitFor();
    assert.equal(await row('todo.md').getAttribute('aria-current'), 'page');
    await row('aux.txt')
      .getByRole('img', { name: /Windows doesn’t allow this name/ })
      .waitFor();
    await look(tree.page, 'files-tree');
    await row('todo.md').focus();
    await tree.page.keyboard.press('Shift+F10');
    await item('Rename').waitFor();
    assert.deepEqual(await findBarriers(tree.page), []);
    await tree.page.keyboard.press('Escape');
    await tree.page.waitForFunction(() => document.activeElement?.getAttribute('data-path') === 'todo.md');
  });

  it('renames in place, and says why a name will not do', async () => {
    await row('notes.md').click();
    await tree.page.keyboard.press('F2');
    const name = tree.page.getByRole('textbox', { name: 'New name of notes.md' });
    assert.equal(
      await name.evaluate((input: HTMLInputElement) => input.value.slice(input.selectionStart ?? 0, input.selectionEnd ?? 0)),
      'notes',
    );
    await name.fill('plan.md');
    await tree.page.keyboard.press('Enter');
    await tree.page.getByText('plan.md already exists').waitFor();
    await name.fill('ideas.md');
    await tree.page.keyboard.press('Enter');
    await row('ideas.md').waitFor();
    await tree.page.getByRole('navigation', { name: 'Open files' }).or(tree.page.locator('.tabs')).getByText('ideas.md').waitFor();
    assert.equal(await read('ideas.md'), 'This is notes.md');
    await tree.page.getByText('Renamed notes.md to ideas.md.').waitFor();
    await tree.page.getByRole('button', { name: 'Undo', exact: true }).click();
    await row('notes.md').waitFor();
    await tree.page.locator('.tabs').getByText('notes.md').waitFor();
    await row('plan.md').focus();
    await tree.page.keyboard.press('F2');
    await tree.page.keyboard.type('something else');
    await tree.page.keyboard.press('Escape');
    await row('plan.md').waitFor();
    assert.equal((await newestChange())?.kind, 'revert');
  });

  it('creates files and folders where its menu was opened', async () => {
    await openMenu('docs');
    await item('New folder here').click();
    await tree.page.getByRole('textbox', { name: 'Name of the new folder' }).fill('drafts');
    await tree.page.keyboard.press('Enter');
    await row('drafts').waitFor();
    await openMenu('drafts');
    await item('New file here').click();
    await tree.page.getByRole('textbox', { name: 'Name of the new file' }).fill('first.md');
    await tree.page.keyboard.press('Enter');
    await tree.page.locator('.cm-content').click();
    await tree.page.keyboard.type('A draft');
    await tree.page.keyboard.press('Control+s');
    await tree.page.getByText('Saved', { exact: true }).waitFor();
    assert.equal(await read('docs/drafts/first.md'), 'A draft');
    await row('first.md').waitFor();
    await tree.page.reload();
    await row('first.md').waitFor();
  });

  it('deletes several files and folders at once, and brings them back', async () => {
    await row('notes.md').click();
    await row('todo.md').click({ modifiers: ['Shift'] });
    await row('src').click({ modifiers: ['Control'] });
    await openMenu('plan.md');
    await tree.page.getByRole('menu', { name: 'Actions for 4 items' }).waitFor();
    await item('Delete').click();
    await tree.page.getByText('Deleted 4 items.').waitFor();
    await eventually('what is left', shown, ['docs', 'aux.txt']);
    assert.equal((await newestChange())?.kind, 'delete');
    await tree.page.getByRole('button', { name: 'Undo', exact: true }).click();
    await row('todo.md').waitFor();
    await eventually('what there was', shown, ['docs', 'src', 'aux.txt', 'notes.md', 'plan.md', 'todo.md']);
    await tree.page.locator('.tabs').waitFor({ state: 'detached' });
  });

  it('asks before unsaved changes are deleted', async () => {
    await row('notes.md').click();
    await tree.page.locator('.cm-content').click();
    await tree.page.keyboard.type('Not saved');
    await row('notes.md').focus();
    await tree.page.keyboard.press('Delete');
    await tree.page.getByRole('dialog', { name: 'Delete notes.md?' }).getByText('unsaved changes').waitFor();
    await tree.page.getByRole('button', { name: 'Cancel' }).click();
    assert.equal(await read('notes.md'), 'This is notes.md');
    await tree.page.keyboard.press('Control+s');
    await tree.page.getByText('Saved', { exact: true }).waitFor();
  });

  it('moves what is dragged to a folder, which opens, or to the top, and nothing on Escape', async () => {
    await row('notes.md').click();
    await row('notes.md').dragTo(row('docs'));
    await tree.page.getByText('Moved notes.md to docs.').waitFor();
    assert.equal(await read('docs/notes.md'), 'This is notes.md');
    const element = tree.page.getByRole('tree');
    const { height = 0 } = (await element.boundingBox()) ?? {};
    await row('notes.md').dragTo(element, { targetPosition: { x: 60, y: height - 20 } });
    await tree.page.getByText('Moved notes.md to the top of the project.').waitFor();
    assert.equal(await read('notes.md'), 'This is notes.md');
    await row('docs').focus();
    await tree.page.keyboard.press('ArrowLeft');
    await row('guide').waitFor({ state: 'detached' });
    await row('todo.md').hover();
    await tree.page.mouse.down();
    await row('docs').hover();
    await row('docs').hover();
    await row('guide').waitFor();
    await row('guide').hover();
    await tree.page.mouse.up();
    await tree.page.getByText('Moved todo.md to docs/guide.').waitFor();
    const { number } = (await newestChange()) ?? {};
    await row('plan.md').hover();
    await tree.page.mouse.down();
    await row('docs').hover();
    await row('docs').hover();
    await tree.page.keyboard.press('Escape');
    await tree.page.mouse.up();
    await tree.page.waitForFunction(() => !document.querySelector('[data-drop]'));
    assert.equal((await newestChange())?.number, number);
  });

  it('moves by keyboard into a folder that is chosen level by level, and makes it if it is new', async () => {
    await row('plan.md').click();
    await row('todo.md').click({ modifiers: ['Control'] });
    await openMenu('todo.md');
    await item('Move to…').click();
    const folder = tree.page.getByRole('combobox', { name: 'Folder' });
    await tree.page.getByRole('option', { name: 'docs' }).waitFor();
    await tree.page.keyboard.press('ArrowDown');
    await tree.page.keyboard.press('Enter');
    await tree.page.getByRole('option', { name: 'guide' }).waitFor();
    assert.equal(await folder.inputValue(), 'docs/');
    await tree.page.keyboard.type('guide/new');
    await tree.page.keyboard.press('Enter');
    await tree.page.getByText('Moved 2 items to docs/guide/new.').waitFor();
    assert.equal(await read('docs/guide/new/plan.md'), 'This is plan.md');
    await openMenu('docs');
    await item('Move to…').click();
    await folder.fill('docs/guide');
    await tree.page.getByRole('button', { name: 'Move', exact: true }).click();
    await tree.page.getByText('A folder can’t be moved into itself.').waitFor();
    await look(tree.page, 'files-move');
    await tree.page.keyboard.press('Escape');
  });
});
