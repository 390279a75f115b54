/** Searching the files of a project, and replacing across them. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { look } from '../harness/browser.ts';
import { editorOf, type FilesStage, openFilesStage, type Seat } from './setup.ts';

const engine = Array.from({ length: 40 }, (_, line) => `// line ${line + 1}\n`).join('');

describe('search in a project', { timeout: 240_000 }, () => {
  let stage: FilesStage;
  let ada: Seat;
  before(async () => {
    stage = await openFilesStage({
      'src/engine.ts': `${engine}export function countCards(cards: Card[]) {\n  return cards.length;\n}\n`,
      'src/mill.ts': "import { countCards } from './engine.ts';\n\nconst total = countCards([]);\nconst CountCards = total;\n",
      'docs/guide.md': '# Guide\n\nUse `countCards` to count the cards.\n',
      'data/rows.csv': 'a,b\n1,2\n',
    });
    ada = stage.ada;
    await stage.open(ada);
  });
  after(() => stage.close());

  const view = () => ada.page.getByRole('region', { name: 'Search in files' });
  const field = () => view().getByLabel('Search for');
  const results = () => view().getByRole('list', { name: 'Search results' });
  const toast = () => ada.page.getByRole('region', { name: 'Notifications' });

  it('opens with Ctrl+Shift+F and finds as one types', async () => {
    await ada.page.getByRole('treeitem', { name: 'src' }).waitFor();
    await ada.page.keyboard.press('Control+Shift+F');
    await field().waitFor();
    await ada.page.keyboard.type('countcards');
    await view().getByText('5 matches in 3 files').waitFor();
    await look(ada.page, 'search');
    assert.deepEqual(await results().locator('.search-file-head strong').allTextContents(), ['guide.md', 'engine.ts', 'mill.ts']);
  });

  it('narrows by case, word, regular expression, glob and folder', async () => {
    await view().getByRole('button', { name: 'Match case' }).click();
    await view().getByText('No matches').waitFor();
    await field().fill('countCards');
    await view().getByText('4 matches in 3 files').waitFor();
    await view().getByLabel('Files to include').fill('*.ts');
    await view().getByText('3 matches in 2 files').waitFor();
    await view().getByLabel('Files to include').fill('');
    await view().getByLabel('In folder').fill('docs');
    await view().getByText('1 match in 1 file').waitFor();
    await view().getByLabel('In folder').fill('');
    await view().getByRole('button', { name: 'Regular expression' }).click();
    await field().fill('count(Card');
    await view().getByRole('alert').or(view().locator('.field-error')).first().waitFor();
    await look(ada.page, 'search-invalid');
    await field().fill('c[o]unt[A-Z]\\w+');
    await view().getByText('4 matches in 3 files').waitFor();
    await view().getByRole('button', { name: 'Regular expression' }).click();
    await view().getByRole('button', { name: 'Match case' }).click();
  });

  it('shows lines around matches on request', async () => {
    await field().fill('countCards');
    await view().getByLabel('Show lines around matches').check();
    await results().getByText('// line 39').waitFor();
    await look(ada.page, 'search-context');
    await view().getByLabel('Show lines around matches').uncheck();
  });

  it('opens a match at its line, with the keyboard, and comes back to the results', async () => {
    await field().press('ArrowDown');
    for (let step = 0; step < 3; step++) await ada.page.keyboard.press('ArrowDown');
    assert.match((await ada.page.evaluate(() => document.activeElement?.textContent)) ?? '', /Line 41/);
    await ada.page.keyboard.press('Enter');
    await editorOf(ada).getByText('export function').waitFor();
    await ada.page.waitForFunction(() => getSelection()?.toString() === 'countCards');
    const tabs = ada.page.getByRole('navigation', { name: 'Open files' });
    await tabs.getByRole('button', { name: 'Search', exact: true }).click();
    await view().getByText('5 matches in 3 files').waitFor();
  });

  it('previews a replacement, leaves files out, replaces as one change, and undoes it', async () => {
    await view().getByRole('button', { name: 'Match case' }).click();
    await view().getByRole('button', { name: 'Replace', exact: true }).click();
    await view().getByLabel('Replace with').fill('tallyCards');
    await view().getByRole('button', { name: 'Preview' }).click();
    const preview = view().getByRole('region', { name: 'Replacements' });
    await preview.getByText('4 matches in 3 files will change.').waitFor();
    await look(ada.page, 'replace-preview');
    await preview.getByLabel('Replace in docs/guide.md').uncheck();
    await preview.getByText('3 matches in 2 files will change.').waitFor();
    await preview.getByRole('button', { name: 'Replace 3 matches' }).click();
    await toast().getByText('Replaced 3 matches in 2 files.').waitFor();
    assert.match(await stage.read('src/mill.ts'), /tallyCards\(\[\]\)/);
    assert.match(await stage.read('docs/guide.md'), /countCards/);
    await editorOf(ada).getByText('tallyCards').waitFor({ state: 'attached' });
    await toast().getByRole('button', { name: 'Undo' }).click();
    await toast().getByText('2 files are as before that change.').waitFor();
    assert.doesNotMatch(await stage.read('src/mill.ts'), /tallyCards/);
    await view().getByText('4 matches in 3 files').waitFor();
  });

  it('previews again if a file has changed since', async () => {
    await view().getByRole('button', { name: 'Preview' }).click();
    const preview = view().getByRole('region', { name: 'Replacements' });
    await preview.getByText('4 matches in 3 files will change.').waitFor();
    await stage.write('docs/guide.md', 'countCards, countCards\n');
    await preview.getByRole('button', { name: 'Replace 4 matches' }).click();
    await preview.getByText('Some of these files have changed since the preview').waitFor();
    await preview.getByText('5 matches in 3 files will change.').waitFor();
    assert.match(await stage.read('src/mill.ts'), /countCards/);
    await preview.getByRole('button', { name: 'Back to results' }).click();
  });

  it('finds files and lines in the command palette', async () => {
    await ada.page.keyboard.press('Control+p');
    const palette = ada.page.getByRole('dialog', { name: 'Commands' });
    await palette.getByRole('option', { name: /engine\.ts/ }).waitFor();
    await ada.page.keyboard.type('dg');
    await palette.getByRole('option', { name: /guide\.md/ }).waitFor();
    await look(ada.page, 'palette-files');
    await palette.getByRole('button', { name: 'Text in files' }).click();
    await palette.getByRole('combobox').fill('total =');
    await palette.getByRole('option', { name: /const total = countCards/ }).waitFor();
    await look(ada.page, 'palette-text');
    await ada.page.keyboard.press('Enter');
    await editorOf(ada).getByText('const total').waitFor();
    await ada.page.waitForFunction(() => getSelection()?.toString() === 'total =');
    await ada.page.keyboard.press('Control+k');
    await ada.page.keyboard.type('guide');
    await palette.getByRole('option', { name: /guide\.md/ }).waitFor();
    await ada.page.keyboard.press('Escape');
  });

  it('takes what is selected in the editor', async () => {
    // The editor selects again a moment after focus has returned to it.
    await ada.page.getByRole('dialog', { name: 'Commands' }).waitFor({ state: 'detached' });
    await ada.page.waitForFunction(() => getSelection()?.toString() === 'total =');
    await ada.page.keyboard.press('Control+Shift+F');
    await view()
      .getByText(/1 match in 1 file/)
      .waitFor();
    assert.equal(await field().inputValue(), 'total =');
  });

  it('logs no console errors', () => assert.deepEqual(ada.complaints, []));
});
