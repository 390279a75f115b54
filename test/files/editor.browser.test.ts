/** The editor of a file: found in, formatted, saved by itself, previewed. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { look } from '../harness/browser.ts';
import { eventually } from '../harness/eventually.ts';
import { editorOf, type FilesStage, openFilesStage, type Seat, typeAtLine } from './setup.ts';

/** One red pixel. */
const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg==', 'base64');
const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30" onload="window.ran = 'onload'">
<script>window.ran = 'script'; document.title = 'taken'</script><rect width="40" height="30" fill="teal"/>
<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"><img src="x" onerror="window.ran = 'onerror'"/></body></foreignObject></svg>`;
const guide = `# Guide

See [the notes](notes.md#top), [up](../root.md) and [the end](#the-end).

![A pixel](../img/dot.png) ![Drawn](../img/drawn.svg)

<script>window.ran = 'markdown'</script><img src=x onerror="window.ran = 'image'">

[bad](javascript:window.ran='link')

\`\`\`js
const answer = 42;
\`\`\`

## The end
`;

describe('the editor', { timeout: 240_000 }, () => {
  let stage: FilesStage;
  let ada: Seat;
  before(async () => {
    stage = await openFilesStage({
      'docs/guide.md': guide,
      'docs/notes.md': '# Notes\n\nNoted.\n',
      'root.md': '# Root\n',
      'img/dot.png': png,
      'img/drawn.svg': svg,
      'data.csv': `id,name,note\n${Array.from({ length: 5000 }, (_, row) => `${row},"name ${row}","a ""note"" ${row}"`).join('\n')}\n`,
      'poem.txt': 'Tyger Tyger, burning bright,\nIn the forests of the night;\ntyger\n',
      'data.json': '{"b": {"c": [1,\n2]}}\n',
      'paper.pdf': Buffer.from('%PDF-1.4\n%\u00e2\u00e3\n\0'),
      'windows.txt': '\ufeffone\r\ntwo\r\n',
    });
    ada = stage.ada;
  });
  after(() => stage.close());

  const ran = () => ada.page.evaluate(() => (globalThis as { ran?: string }).ran);
  const option = async (name: string) => {
    await ada.page.getByRole('button', { name: 'Editor options' }).click();
    await ada.page.getByRole('menuitem', { name, exact: true }).click();
  };
  const mode = (name: string) => ada.page.locator('.mode-choice').getByText(name, { exact: true }).click();

  it('previews Markdown beside the text, and runs nothing that is in it', async () => {
    await stage.open(ada, 'docs/guide.md');
    await editorOf(ada).getByText('# Guide').waitFor();
    await mode('Both');
    const preview = ada.page.getByRole('region', { name: 'Preview of guide.md' });
    await preview.locator('.prose-heading', { hasText: 'Guide' }).waitFor();
    await preview.getByRole('img', { name: 'A pixel' }).waitFor();
    await ada.page.waitForFunction(() =>
      [...document.querySelectorAll<HTMLImageElement>('.preview img')].every((each) => each.naturalWidth > 0),
    );
    await preview.getByText("<script>window.ran = 'markdown'</script>").waitFor();
    assert.equal(await preview.locator('script, [onerror], a[href^=javascript]').count(), 0);
    await look(ada.page, 'markdown-beside');
    await ada.page.getByRole('button', { name: 'the end' }).click();
    await typeAtLine(ada, '## The end', 'x');
    await editorOf(ada).press('Backspace');
    await ada.page.keyboard.type('## More\n\n');
    await preview.locator('.prose-heading', { hasText: 'More' }).waitFor();
    assert.equal(await ran(), undefined);
  });

  it('opens a file that a preview links to', async () => {
    await mode('Preview');
    await look(ada.page, 'markdown-preview');
    await ada.page.getByRole('button', { name: 'the notes' }).click();
    await ada.page.locator('.prose', { hasText: 'Noted.' }).waitFor();
    assert.match(ada.page.url(), /file=docs%2Fnotes\.md/);
    await mode('Text');
    await editorOf(ada).getByText('Noted.').waitFor();
  });

  it('shows an SVG as a picture, without running its scripts', async () => {
    await stage.open(ada, 'img/drawn.svg');
    await mode('Both');
    const preview = ada.page.getByRole('region', { name: 'Preview of drawn.svg' });
    await preview.getByText('40 × 30 pixels').waitFor();
    await look(ada.page, 'svg');
    assert.equal(await ran(), undefined);
    assert.notEqual(await ada.page.title(), 'taken');
    assert.equal(await preview.locator('svg rect').count(), 0);
    await mode('Text');
  });

  it('shows pictures, and how to open a PDF', async () => {
    await stage.open(ada, 'img/dot.png');
    await ada.page.getByText('1 × 1 pixels').waitFor();
    await look(ada.page, 'picture');
    await stage.open(ada, 'paper.pdf');
    await ada.page.getByRole('link', { name: 'Open in a new tab' }).waitFor();
    const download = ada.page.waitForEvent('download');
    await ada.page.getByRole('link', { name: 'Download' }).click();
    assert.equal((await download).suggestedFilename(), 'paper.pdf');
    await look(ada.page, 'pdf');
  });

  it('shows comma-separated values as a table, of which only the visible rows exist', async () => {
    await stage.open(ada, 'data.csv');
    await mode('Table');
    const table = ada.page.getByRole('table', { name: 'data.csv as a table' });
    await table.getByRole('cell', { name: 'a "note" 3', exact: true }).waitFor();
    await ada.page.getByText('5\u202f000 rows, 3 columns').waitFor();
    assert.ok((await table.getByRole('row').count()) < 100);
    await look(ada.page, 'table');
    await ada.page.locator('.table-scroll').evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await table.getByRole('cell', { name: 'name 4999' }).waitFor();
    await mode('Text');
  });

  it('finds and replaces by keyboard', async () => {
    await stage.open(ada, 'poem.txt');
    await editorOf(ada).getByText('burning').click();
    await ada.page.keyboard.press('Control+f');
    const find = ada.page.getByRole('search', { name: 'Find in this file' });
    await find.getByLabel('Find', { exact: true }).waitFor();
    await ada.page.waitForFunction(() => (document.activeElement as HTMLInputElement)?.name === 'search');
    await ada.page.keyboard.type('tyger');
    await find.getByText('3 matches').waitFor();
    await ada.page.keyboard.press('Enter');
    await find.getByText(/^[123] of 3$/).waitFor();
    await look(ada.page, 'find');
    await find.getByRole('button', { name: 'Match case' }).click();
    await find.getByText(/^(1 of 1|1 matches)$/).waitFor();
    await find.getByRole('button', { name: 'Match case' }).click();
    await find.getByRole('button', { name: 'Regular expression' }).click();
    await find.getByLabel('Find', { exact: true }).fill('t[yi]ger\\b');
    await find.getByText(/3/).waitFor();
    await find.getByLabel('Find', { exact: true }).fill('t(');
    await find.getByText('Invalid expression').waitFor();
    await find.getByRole('button', { name: 'Regular expression' }).click();
    await find.getByLabel('Find', { exact: true }).fill('Tyger');
    await find.getByRole('button', { name: 'Show replace' }).click();
    await find.getByLabel('Replace with').fill('Lamb');
    await find.getByRole('button', { name: 'Replace all' }).click();
    await editorOf(ada).getByText('Lamb Lamb, burning bright,').waitFor();
    await find.getByText('No matches').waitFor();
    await find.getByLabel('Replace with').press('Escape');
    await find.waitFor({ state: 'detached' });
    assert.equal(await editorOf(ada).evaluate((element) => element === document.activeElement), true);
    await ada.page.keyboard.press('Control+z');
    await editorOf(ada).getByText('Tyger Tyger').waitFor();
  });

  it('goes to a line', async () => {
    await ada.page.keyboard.press('Control+g');
    const line = ada.page.getByLabel('Line (1 to 4)');
    await line.fill('3');
    await look(ada.page, 'go-to-line');
    await line.press('Enter');
    await ada.page.keyboard.type('>>');
    await editorOf(ada).getByText('>>tyger', { exact: true }).waitFor();
    await ada.page.keyboard.press('Control+z');
  });

  it('formats on request, and folds JSON', async () => {
    await stage.open(ada, 'data.json');
    await editorOf(ada).getByText('"b"').waitFor();
    await option('Format');
    await editorOf(ada).getByText('{ "b": { "c": [1, 2] } }').waitFor();
    await ada.page.keyboard.press('Control+z');
    await option('Fold everything');
    await ada.page.getByRole('button', { name: 'Folded lines' }).first().waitFor();
    await look(ada.page, 'folded');
    await option('Unfold everything');
    await editorOf(ada).getByText('"c"').waitFor();
    await stage.write('broken.json', '{"a":\n');
    await stage.open(ada, 'broken.json');
    await editorOf(ada).getByText('"a"').waitFor();
    await option('Format');
    await ada.page.getByText('This can’t be formatted').waitFor();
  });

  it('wraps long lines or not, as the person likes', async () => {
    await stage.write('long.txt', `${'word '.repeat(400)}\n`);
    await stage.open(ada, 'long.txt');
    const wraps = () => editorOf(ada).evaluate((element) => element.classList.contains('cm-lineWrapping'));
    await eventually('it wraps', wraps, true);
    await option('Don’t wrap long lines');
    await eventually('it does not wrap', wraps, false);
    await ada.page.reload();
    await editorOf(ada).waitFor();
    await eventually('it remembers that', wraps, false);
    await option('Wrap long lines');
  });

  it('shows who wrote each line', async () => {
    await stage.open(ada, 'poem.txt');
    await editorOf(ada).getByText('Tyger Tyger').waitFor();
    await option('Show who wrote each line');
    await ada.page.locator('.cm-blame-line', { hasText: 'Ada Lovelace' }).first().waitFor();
    await editorOf(ada).getByText('In the forests').click();
    await ada.page.locator('.blame-bar').getByText('Ada Lovelace').waitFor();
    await look(ada.page, 'authors');
    await ada.page.keyboard.press('End');
    await ada.page.keyboard.press('Enter');
    await ada.page.locator('.blame-bar').getByText('Not saved yet').waitFor();
    await ada.page.keyboard.press('Control+z');
    await ada.page.locator('.blame-bar').getByRole('button', { name: 'Show change' }).click();
    await ada.page.getByRole('region', { name: 'Selected change' }).getByText('Created poem.txt').waitFor();
    await stage.open(ada, 'poem.txt');
    await option('Hide who wrote each line');
    await ada.page.locator('.cm-blame-line').first().waitFor({ state: 'detached' });
  });

  it('keeps line ends and the byte order mark', async () => {
    await stage.open(ada, 'windows.txt');
    await typeAtLine(ada, 'two', '2 ');
    await ada.page.keyboard.press('Control+s');
    await ada.page.getByText('Saved', { exact: true }).waitFor();
    const url = `${stage.testServer.origin}/api/projects/${stage.projectId}/file?path=windows.txt`;
    assert.equal((await ada.context.request.get(url).then((response) => response.body())).toString('utf8'), '\ufeffone\r\n2 two\r\n');
  });

  it('saves by itself, if the person wants that', async () => {
    await stage.open(ada, 'poem.txt');
    await editorOf(ada).getByText('burning').waitFor();
    await option('Save automatically');
    await typeAtLine(ada, 'tyger', 'autosaved ');
    await ada.page.getByText('Saving soon').waitFor();
    await eventually('it is saved', async () => /autosaved/.test(await stage.read('poem.txt')), true);
    await ada.page.getByText('Saved', { exact: true }).waitFor();
    await option('Save only when asked');
  });

  it('edits and saves a file of 5 MB', async () => {
    const line = `${'x'.repeat(99)}\n`;
    await stage.write('big.txt', line.repeat(52_000));
    await stage.open(ada, 'big.txt');
    await editorOf(ada).locator('.cm-line').first().click();
    await ada.page.keyboard.press('Control+End');
    const before = Date.now();
    await ada.page.keyboard.type('the end');
    await ada.page.getByText('Unsaved changes').waitFor();
    const took = Date.now() - before;
    assert.ok(took < 15_000, `typing took ${took} ms`);
    await ada.page.keyboard.press('Control+s');
    await ada.page.getByText('Saved', { exact: true }).waitFor();
    assert.match(await stage.read('big.txt'), /the end$/);
  });

  it('logs no console errors', () => assert.deepEqual(ada.complaints, []));
});
