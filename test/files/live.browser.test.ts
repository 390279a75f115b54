/** Several people work on the same files at the same time. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { deleteFile } from '#features/files/contract.ts';
import { look } from '../harness/browser.ts';
import { eventually } from '../harness/eventually.ts';
import { editorOf, type FilesStage, openFilesStage, type Seat, typeAtLine } from './setup.ts';

const poem = 'first\nsecond\nthird\nfourth\nfifth\n';

describe('people who edit the same files', { timeout: 240_000 }, () => {
  let stage: FilesStage;
  let ada: Seat;
  let mara: Seat;
  before(async () => {
    stage = await openFilesStage({ 'poem.md': poem, 'other.md': 'other\n', 'gone.md': 'gone\n' });
    ada = stage.ada;
    mara = await stage.join('Mara Lind');
    await stage.open(ada, 'gone.md');
    await stage.open(ada, 'poem.md');
    await stage.open(mara, 'poem.md');
    for (const seat of [ada, mara]) await editorOf(seat).getByText('second').waitFor();
  });
  after(() => stage.close());

  const save = ({ page }: Seat) => page.keyboard.press('Control+s');
  const toast = ({ page }: Seat) => page.getByRole('region', { name: 'Notifications' });

  it('see who else has a file open', async () => {
    await ada.page.getByTitle('Mara Lind has this file open').first().waitFor();
    await mara.page.getByTitle('Ada Lovelace has this file open').first().waitFor();
    await look(ada.page, 'presence');
    await stage.open(mara, 'other.md');
    await ada.page.getByTitle('Mara Lind has this file open').waitFor({ state: 'detached' });
    await stage.open(mara, 'poem.md');
    await editorOf(mara).getByText('second').waitFor();
  });

  it('see each other’s saves at once', async () => {
    await typeAtLine(mara, 'second', 'Mara: ');
    const saved = performance.now();
    await save(mara);
    await editorOf(ada).getByText('Mara: second').waitFor({ timeout: 10_000 });
    assert.ok(performance.now() - saved < 10_000);
    await ada.page.getByText('Mara Lind changed this file just now.').waitFor();
  });

  it('have edits of different lines merged, and can undo that', async () => {
    await typeAtLine(ada, 'fifth', 'Ada: ');
    await typeAtLine(mara, 'first', 'Mara: ');
    await save(mara);
    await ada.page.getByText('Mara Lind saved this file while you were editing.').waitFor();
    await look(ada.page, 'newer-version');
    await save(ada);
    await toast(ada).getByText('Merged with Mara Lind’s changes.').waitFor();
    await editorOf(ada).getByText('Mara: first').waitFor();
    const merged = 'Mara: first\nMara: second\nthird\nfourth\nAda: fifth\n';
    assert.equal(await stage.read('poem.md'), merged);
    await editorOf(mara).getByText('Ada: fifth').waitFor();

    await toast(ada).getByRole('button', { name: 'Undo' }).click();
    await ada.page.getByRole('button', { name: 'Keep mine' }).waitFor();
    assert.equal(await stage.read('poem.md'), merged.replace('Ada: ', ''));
    await ada.page.getByRole('button', { name: 'Take theirs' }).click();
    await editorOf(ada).getByText('Mara: first').waitFor();
  });

  it('choose if they changed the same line', async () => {
    await typeAtLine(ada, 'third', 'Ada: ');
    await typeAtLine(mara, 'third', 'Mara: ');
    await save(mara);
    await ada.page.getByText('Changed by someone else').waitFor();
    await save(ada);
    await ada.page.getByText('Nothing was overwritten').waitFor();
    await ada.page.getByRole('button', { name: 'Keep mine' }).click();
    await ada.page.getByText('Saved', { exact: true }).waitFor();
    assert.match(await stage.read('poem.md'), /\nAda: third\n/);
    await editorOf(mara).getByText('Ada: third').waitFor();
  });

  it('lose a tab whose file was deleted, with a word about it', async () => {
    const { projectId } = stage;
    const tabs = ada.page.getByRole('navigation', { name: 'Open files' });
    await tabs.getByRole('button', { name: 'gone.md', exact: true }).click();
    await editorOf(ada).getByText('gone').waitFor();
    await tabs.getByRole('button', { name: /^poem\.md/ }).click();
    await mara.person.call(deleteFile, { params: { projectId }, query: { path: 'gone.md' } });
    await toast(ada).getByText('gone.md is gone from the project, so it was closed here.').waitFor();
    await tabs.getByRole('button', { name: 'gone.md', exact: true }).waitFor({ state: 'detached' });
  });

  it('keep what they typed if the page is killed a second later', async () => {
    await stage.open(ada, 'other.md');
    await editorOf(ada).getByText('other').waitFor();
    await editorOf(ada).click();
    // Without a pause, which would give a draft the time to be stored.
    for (const key of 'typed and then killed ') await ada.page.keyboard.press(key === ' ' ? 'Space' : key);
    const draft = () =>
      ada.page.evaluate(() => Object.entries(localStorage).find(([key]) => key.startsWith('guildhall:draft:') && key.endsWith('other.md')));
    await eventually('a draft is stored', async () => ((await draft())?.[1] ?? '').includes('killed'), true, 5_000);
    const url = ada.page.url();
    // A crash runs no handlers.
    const client = await ada.context.newCDPSession(ada.page);
    const crashed = ada.page.waitForEvent('crash');
    client.send('Page.crash').catch(() => undefined);
    await crashed;
    ada.page = await ada.context.newPage();
    await ada.page.goto(url);
    await ada.page.getByText('Restored your unsaved changes').waitFor();
    await editorOf(ada).getByText('killed').first().waitFor();
  });

  it('log no console errors', () => {
    assert.deepEqual([...ada.complaints, ...mara.complaints], []);
  });
});
