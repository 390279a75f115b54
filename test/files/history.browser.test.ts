/** The history of a project: filtered, compared, named, restored. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { moveFile } from '#features/files/contract.ts';
import { look } from '../harness/browser.ts';
import { editorOf, type FilesStage, openFilesStage, type Seat } from './setup.ts';

const guide = (step: string) => `# Guide\n\n1. ${step}\n2. Turn the crank.\n3. Read the result.\n`;

describe('the history of a project', { timeout: 240_000 }, () => {
  let stage: FilesStage;
  let ada: Seat;
  let mara: Seat;
  before(async () => {
    stage = await openFilesStage({ 'docs/guide.md': guide('Punch the cards.'), 'src/main.ts': 'export const one = 1;\n' });
    ada = stage.ada;
    mara = await stage.join('Mara Lind');
    await stage.write('docs/guide.md', guide('Punch the cards, twice.'));
    const url = `/api/projects/${stage.projectId}/file?path=src/main.ts`;
    const etag = (await mara.person.browser.fetch(url)).headers.get('etag') ?? '';
    await mara.person.browser.fetch(url, { method: 'PUT', body: 'export const two = 2;\n', headers: { 'if-match': etag } });
    await ada.person.call(moveFile, { params: { projectId: stage.projectId }, body: { from: 'src', to: 'lib' } });
    await stage.write('docs/extra.md', 'extra\n');
    await stage.open(ada);
  });
  after(() => stage.close());

  const view = () => ada.page.getByRole('region', { name: 'History', exact: true });
  const toast = () => ada.page.getByRole('region', { name: 'Notifications' });
  const menu = async (number: number, item: string) => {
    await view()
      .getByRole('button', { name: `Actions for change ${number}` })
      .click();
    await ada.page.getByRole('menuitem', { name: item }).click();
  };

  it('lists what was changed, by whom and when', async () => {
    await ada.page.keyboard.press('Control+k');
    await ada.page.getByRole('dialog', { name: 'Commands' }).getByRole('combobox').fill('Project history');
    await ada.page.keyboard.press('Enter');
    await view()
      .getByRole('button', { name: /Moved main\.ts to lib/ })
      .waitFor();
    await view()
      .getByRole('button', { name: /Changed src\/main\.ts.*Mara Lind/ })
      .click();
    await view().getByRole('region', { name: 'What changed' }).getByText('export const two = 2;').waitFor();
    await look(ada.page, 'project-history');
  });

  it('is filtered by person, and by file or folder', async () => {
    await view().getByLabel('Person').selectOption('Mara Lind');
    await view()
      .getByRole('button', { name: /Created docs.extra/ })
      .waitFor({ state: 'detached' });
    assert.equal(await view().locator('.timeline-day .timeline-show').count(), 1);
    await view().getByLabel('Person').selectOption('Anyone');
    await view().getByLabel('File or folder').fill('docs');
    await view().getByLabel('File or folder').press('Enter');
    await view().getByRole('heading', { name: 'History of docs' }).waitFor();
    await view()
      .getByRole('button', { name: /Changed docs\/guide\.md/ })
      .waitFor();
    await view().getByRole('button', { name: /Moved/ }).waitFor({ state: 'detached' });
    await view().getByLabel('File or folder').fill('');
    await view().getByLabel('File or folder').press('Enter');
    await view().getByRole('button', { name: /Moved/ }).waitFor();
  });

  it('gives a state a name', async () => {
    await menu(3, 'Name this state…');
    const dialog = ada.page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('Before launch');
    await look(ada.page, 'name-state');
    await dialog.getByRole('button', { name: 'Save name' }).click();
    await toast().getByText('Named this state “Before launch”.').waitFor();
    await view().getByText('Before launch').first().waitFor();
    await menu(3, 'Name this state…');
    await dialog.getByLabel('Name').fill('Before launch');
    await dialog.getByRole('button', { name: 'Save name' }).click();
    await dialog.getByRole('alert').or(dialog.locator('.field-error')).first().waitFor();
    await ada.page.keyboard.press('Escape');
  });

  it('compares any two states, word by word', async () => {
    await menu(1, 'Compare with now');
    await view()
      .getByText('5 files differ.')
      .or(view().getByText(/files differ/))
      .first()
      .waitFor();
    await view().getByRole('button', { name: 'Show docs/guide.md side by side' }).click();
    await view().locator('.compare-body .cm-changedText', { hasText: 'twice' }).waitFor();
    await look(ada.page, 'compare-beside');
    await view().getByText('Unified', { exact: true }).click();
    await view().locator('.compare-body .cm-deletedChunk').waitFor();
    await look(ada.page, 'compare-unified');
    await view().getByText('Side by side', { exact: true }).click();
    await view().getByRole('button', { name: 'All files' }).click();
    await view().getByLabel('To', { exact: true }).selectOption({ label: 'Before launch' });
    await view().getByText('2 files differ.').waitFor();
  });

  it('restores a folder, after showing what would change, and undoes that', async () => {
    await view().getByLabel('File or folder').fill('docs');
    await view().getByLabel('File or folder').press('Enter');
    await view().getByRole('heading', { name: 'History of docs' }).waitFor();
    await menu(1, 'Restore this state…');
    const restore = view().getByRole('region', { name: 'Restore' });
    await restore.getByText('Restore docs as of').waitFor();
    await restore.getByText('2 files differ.').waitFor();
    await look(ada.page, 'restore');
    await restore.getByRole('button', { name: 'Restore', exact: true }).click();
    await toast().getByText('Restored 2 files.').waitFor();
    assert.equal(await stage.read('docs/guide.md'), guide('Punch the cards.'));
    assert.match(await stage.read('docs/extra.md'), /not_found/);
    assert.equal(await stage.read('lib/main.ts'), 'export const two = 2;\n');
    await view()
      .getByRole('button', { name: /^Restored 2 files/ })
      .waitFor();
    await toast().getByRole('button', { name: 'Undo' }).click();
    await toast().getByText('2 files are as before that change.').waitFor();
    assert.equal(await stage.read('docs/extra.md'), 'extra\n');
  });

  it('restores the project to a named state', async () => {
    await view().getByLabel('File or folder').fill('');
    await view().getByLabel('File or folder').press('Enter');
    await view().getByRole('heading', { name: 'Project history' }).waitFor();
    await view().getByRole('button', { name: 'Actions for Before launch' }).first().click();
    await ada.page.getByRole('menuitem', { name: 'Restore this state…' }).click();
    await view().getByText('Restore the project as of “Before launch”?').waitFor();
    await view().getByRole('button', { name: 'Restore', exact: true }).click();
    await toast()
      .getByText(/^Restored \d files\.$/)
      .waitFor();
    assert.equal(await stage.read('src/main.ts'), 'export const one = 1;\n');
  });

  it('is reached from a file, and downloads an old version of it', async () => {
    await stage.open(ada, 'docs/guide.md');
    await editorOf(ada).getByText('twice').waitFor();
    await ada.page.getByRole('button', { name: 'History', exact: true }).click();
    await ada.page.getByRole('button', { name: 'Compare, restore and more' }).click();
    await view().getByRole('heading', { name: 'History of docs/guide.md' }).waitFor();
    await view().getByRole('button', { name: 'Actions for change 1' }).click();
    const download = ada.page.waitForEvent('download');
    await ada.page.getByRole('menuitem', { name: 'Download this version' }).click();
    assert.equal((await download).suggestedFilename(), 'guide.md');
  });

  it('deletes a name, which can be undone', async () => {
    await view().getByRole('button', { name: 'Actions for Before launch' }).first().click();
    await ada.page.getByRole('menuitem', { name: 'Delete the name' }).click();
    await toast().getByText('Deleted the name “Before launch”').waitFor();
    await toast().getByRole('button', { name: 'Undo' }).click();
    await view().getByText('Before launch').first().waitFor();
  });

  it('logs no console errors', () => assert.deepEqual(ada.complaints, []));
});
