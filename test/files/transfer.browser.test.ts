import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile as readDisk, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import yauzl from 'yauzl';
import { listFiles, readFile, saveFile } from '#features/files/contract.ts';
import { listChanges } from '#features/files/history-contract.ts';
import { look, openBrowser, openPage } from '../harness/browser.ts';
import { eventually } from '../harness/eventually.ts';
import { newProject, type Person, signUp, startTestServer, type TestServer } from '../harness/test-server.ts';
import { zipOf } from '../harness/zip.ts';

describe('files in and out of the browser', { timeout: 240_000 }, () => {
  let testServer: TestServer;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let complaints: string[];
  let ada: Person;
  let projectId: string;
  let disk: string;

  const row = (name: string) => page.getByRole('treeitem', { name, exact: true });
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const dialog = (name: string) => page.getByRole('dialog', { name });
  const panel = () => page.getByRole('region', { name: 'Uploads' });
  const input = (kind: 'files' | 'folder' | 'zip') => page.locator(`input[data-input=${kind}]`);
  const read = async (path: string) => Buffer.from((await ada.call(readFile, { params: { projectId }, query: { path } })).body);
  const put = (path: string, body: string) =>
    ada.call(saveFile, { params: { projectId }, query: { path }, body }, { headers: { 'if-none-match': '*' } });
  const tree = async () => (await ada.call(listFiles, { params: { projectId } })).body.entries.map(({ path }) => path);
  const changes = async () => (await ada.call(listChanges, { params: { projectId } })).body.changes;
  const onDisk = async (files: Record<string, string | Buffer>) => {
    const folder = await mkdtemp(join(disk, 'picked-'));
    for (const [path, content] of Object.entries(files)) {
      await mkdir(join(folder, dirname(path)), { recursive: true });
      if (!path.endsWith('/')) await writeFile(join(folder, path), content);
      else await mkdir(join(folder, path), { recursive: true });
    }
    return folder;
  };
  /** As from a file manager, so with the entries of folders. */
  const drop = async (paths: string[], on = row('docs')) => {
    const { x = 0, y = 0, width = 0, height = 0 } = (await on.boundingBox()) ?? {};
    const client = await context.newCDPSession(page);
    const at = { x: x + width / 2, y: y + height / 2, data: { items: [], files: paths, dragOperationsMask: 1 } };
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const) await client.send('Input.dispatchDragEvent', { type, ...at });
    await client.detach();
  };

  before(async () => {
    testServer = await startTestServer({ env: { MAX_IMPORT_MB: '1' } });
    browser = await openBrowser();
    ada = await signUp(testServer);
    ({ page, complaints, context } = await openPage(browser));
    await context.addCookies([...ada.browser.cookies].map(([name, value]) => ({ name, value, url: testServer.origin })));
    disk = await mkdtemp(join(tmpdir(), 'guildhall-test-'));
  });
  beforeEach(async () => {
    projectId = (await newProject(ada, 'Engine')).id;
    await put('docs/intro.md', 'Hello');
    await page.goto(`${testServer.origin}/projects/${projectId}`);
    await row('docs').waitFor();
  });
  after(async () => {
    await browser.close();
    await testServer.close();
    await rm(disk, { recursive: true, force: true });
    // Which a test causes.
    assert.deepEqual(
      complaints.filter((text) => !text.includes('ERR_CONNECTION_RESET')),
      [],
    );
  });

  it('takes a dropped folder as one change, byte for byte, with its empty folders', async () => {
    const files = {
      'photos/one.bin': randomBytes(300_000),
      'photos/deep/er/größe 📐.txt': 'Grüße',
      'photos/empty.txt': '',
      'photos/hollow/in/': '',
    };
    const folder = await onDisk(files);
    await drop([join(folder, 'photos')]);
    await page.getByText('Added 3 files to docs.').waitFor();
    assert.deepEqual(await read('docs/photos/one.bin'), files['photos/one.bin']);
    assert.equal((await read('docs/photos/deep/er/größe 📐.txt')).toString(), 'Grüße');
    assert.ok((await tree()).includes('docs/photos/hollow/in'));
    const [change] = await changes();
    assert.deepEqual([change?.kind, change?.pathCount], ['import', 3]);
    await row('one.bin').waitFor();
    await button('Undo').click();
    await eventually('nothing is left of it', async () => (await tree()).filter((path) => /photos\/(one|deep|empty)/.test(path)), []);
  });

  it('takes a chosen folder, and hundreds of files', async () => {
    const folder = await onDisk(
      Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`many/${index % 10}/file-${index}.txt`, `File ${index}`])),
    );
    await button('Upload').click();
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('menuitem', { name: 'Upload a folder…' }).click();
    await (await chooser).setFiles(join(folder, 'many'));
    await page.getByText('Added 300 files to the project.').waitFor();
    assert.equal((await read('many/7/file-297.txt')).toString(), 'File 297');
    assert.equal((await changes()).length, 2);
  });

  it('leaves out by name what is too large, and adds the rest', async () => {
    const folder = await onDisk({ 'large.bin': Buffer.alloc(10 * 1024 * 1024 + 1), 'small.txt': 'small', 'AUX.txt': 'reserved' });
    await input('files').setInputFiles(['large.bin', 'small.txt', 'AUX.txt'].map((name) => join(folder, name)));
    await panel().getByText('Added 2 files to the project.').waitFor();
    await panel().getByText('It’s larger than 10 MB, the most a file can have.').waitFor();
    await panel().getByText('Windows doesn’t allow this name.').waitFor();
    await look(page, 'files-uploaded');
    assert.deepEqual(
      (await tree()).filter((path) => !path.startsWith('docs')),
      ['AUX.txt', 'small.txt'],
    );
    await page.setViewportSize({ width: 390, height: 844 });
    await look(page, 'files-phone');
    await button('Dismiss').click();
    await panel().waitFor({ state: 'detached' });
  });

  it('asks what to do with files that exist, and does that', async () => {
    const folder = await onDisk({ 'docs/intro.md': 'Hello again', 'docs/new.md': 'New' });
    const choose = async (choice: string) => {
      await input('folder').setInputFiles(join(folder, 'docs'));
      await dialog('This file exists already').getByText('docs/intro.md').waitFor();
      if (choice === 'Skip') await look(page, 'files-conflict');
      await dialog('This file exists already').getByRole('radio', { name: choice }).check();
      await button('Upload').last().click();
    };
    await choose('Skip');
    await panel().getByText('Added 1 file to the project.').waitFor();
    await panel().getByText('1 file skipped').waitFor();
    assert.equal((await read('docs/intro.md')).toString(), 'Hello');
    await panel().getByRole('button', { name: 'Undo' }).click();
    await eventually('it is undone', tree, ['docs', 'docs/intro.md']);
    await choose('Keep both');
    await panel().getByText('is now docs/intro (2).md').waitFor();
    assert.equal((await read('docs/intro (2).md')).toString(), 'Hello again');
    await button('Dismiss').last().click();
    await choose('Replace');
    await eventually('it is replaced', async () => (await read('docs/intro.md')).toString(), 'Hello again');
    await input('folder').setInputFiles(join(folder, 'docs'));
    await page.getByText('Nothing to add: everything is there already.').waitFor();
  });

  it('unpacks a zip, or keeps it as a file', async () => {
    const zip = zipOf([{ name: 'inside/a.md', content: 'A' }, { name: 'inside/empty/' }]);
    const folder = await onDisk({ 'pack.zip': zip });
    await drop([join(folder, 'pack.zip')]);
    await dialog('Add pack.zip').getByText('Unpack it into docs').waitFor();
    await look(page, 'files-zip');
    await button('Unpack').click();
    await page.getByText('Added 1 file to docs.').waitFor();
    assert.equal((await read('docs/inside/a.md')).toString(), 'A');
    await input('zip').setInputFiles(join(folder, 'pack.zip'));
    await button('Keep as a file').click();
    await eventually('it is a file', async () => (await tree()).includes('pack.zip'), true);
    assert.deepEqual(await read('pack.zip'), zip);
  });

  it('names the entries of a zip that cannot be imported, and adds nothing', async () => {
    const folder = await onDisk({
      'bad.zip': zipOf([
        { name: 'good.md', content: 'x' },
        { name: 'link', content: '/etc/passwd', mode: 0o120777 },
      ]),
    });
    await input('zip').setInputFiles(join(folder, 'bad.zip'));
    await button('Unpack').click();
    await panel().getByText('Couldn’t add bad.zip.').waitFor();
    await panel().getByText('is a link').waitFor();
    await look(page, 'files-refused');
    assert.ok(!(await tree()).includes('good.md'));
  });

  it('says when it is more than the server takes', async () => {
    const folder = await onDisk({ '1.bin': Buffer.alloc(900_000, 1), '2.bin': Buffer.alloc(900_000, 2) });
    await input('files').setInputFiles(['1.bin', '2.bin'].map((name) => join(folder, name)));
    await panel().getByText('1.7 MB is more than this server takes at once.').waitFor();
    assert.equal(await button('Try again').count(), 0);
  });

  it('takes pasted files, and pictures under a name of their own', async () => {
    const paste = (names: string[], type: string) =>
      row('docs').evaluate(
        (element, { names, type }) => {
          const data = new DataTransfer();
          for (const name of names) data.items.add(new File([`pasted ${Math.random()}`], name, { type }));
          element.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
        },
        { names, type },
      );
    await row('docs').focus();
    for (const expected of [2, 3]) {
      await paste(['image.png'], 'image/png');
      await eventually('the picture is there', async () => (await changes()).length, expected);
    }
    await paste(['a.txt', 'b.txt'], 'text/plain');
    await page.getByText('Added 2 files to docs.').waitFor();
    assert.deepEqual((await tree()).sort(), ['docs', 'docs/a.txt', 'docs/b.txt', 'docs/image (2).png', 'docs/image.png', 'docs/intro.md']);
  });

  it('can be canceled while it is sent, asks before the page is left, and goes on after a lost connection', async () => {
    const folder = await onDisk({ 'slow.txt': 'slow' });
    let fail: (() => void) | undefined;
    await page.route('**/import?*', (route) => {
      fail = () => void route.abort('connectionreset');
    });
    await input('files').setInputFiles(join(folder, 'slow.txt'));
    await panel().getByRole('progressbar').waitFor();
    await look(page, 'files-uploading');
    await page.locator('body').click();
    const asked = new Promise<string>((resolve) =>
      page.once('dialog', (shown) => {
        resolve(shown.type());
        void shown.dismiss();
      }),
    );
    void page.reload().catch(() => undefined);
    assert.equal(await asked, 'beforeunload');
    await button('Cancel').click();
    await panel().waitFor({ state: 'detached' });
    fail = undefined;
    await input('files').setInputFiles(join(folder, 'slow.txt'));
    await panel().getByRole('progressbar').waitFor();
    const failing = await eventually('it is sent', () => fail);
    failing();
    await panel().getByText('The upload broke off.').waitFor();
    await page.unroute('**/import?*');
    await button('Try again').click();
    await page.getByText('Added 1 file to the project.').waitFor();
    assert.equal((await read('slow.txt')).toString(), 'slow');
  });

  it('downloads a file, a folder, and the project', async () => {
    await put('docs/more/größe.txt', 'Grüße');
    // Its folders open by themselves.
    await row('größe.txt').waitFor();
    const download = async (press: () => Promise<void>) => {
      const started = page.waitForEvent('download');
      await press();
      const file = await started;
      return { name: file.suggestedFilename(), bytes: await readDisk(await file.path()) };
    };
    const menuOf = (name: string, item: string) => async () => {
      await row(name).click({ button: 'right' });
      await page.getByRole('menuitem', { name: item }).click();
    };
    const entries = async (zip: Buffer) => {
      const reader = await yauzl.fromBufferPromise(zip, { lazyEntries: true });
      const names: string[] = [];
      for await (const entry of reader.eachEntry()) names.push(entry.fileName);
      return names.sort();
    };
    const folder = await download(menuOf('docs', 'Download as zip'));
    assert.deepEqual([folder.name, await entries(folder.bytes)], ['docs.zip', ['docs/intro.md', 'docs/more/größe.txt']]);
    const file = await download(menuOf('intro.md', 'Download'));
    assert.deepEqual([file.name, file.bytes.toString()], ['intro.md', 'Hello']);
    const project = await download(async () => {
      await button('More about files').click();
      await page.getByRole('menuitem', { name: 'Download project as zip' }).click();
    });
    assert.deepEqual([project.name, await entries(project.bytes)], ['Engine.zip', ['docs/intro.md', 'docs/more/größe.txt']]);
  });
});
