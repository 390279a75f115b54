import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { readFile, saveFile } from '#features/files/contract.ts';
import { startRun } from '#features/runs/contract.ts';
import { openBrowser, openPage } from './browser.ts';
import { type House, newProject, openHouse, type Person, signUp } from './house.ts';
import { type ModelServerPart, openModelServer } from './model-server.ts';

describe('what people and models write, on the screen', { timeout: 240_000 }, () => {
  /** What the model answers, by what it is asked; nothing more after a tool call. */
  const answers = new Map<unknown, ModelServerPart[]>();
  let models: Awaited<ReturnType<typeof openModelServer>>;
  let house: House;
  let browser: Browser;
  let page: Page;
  let complaints: string[];
  let ada: Person;
  let projectId: string;
  before(async () => {
    models = await openModelServer(({ messages }) => {
      const asked = messages.findLast(({ role }) => role === 'user')?.content;
      return messages.at(-1)?.role === 'user' ? (answers.get(asked) ?? ['Nothing to say.']) : ['Done.'];
    });
    house = await openHouse({ env: { MODEL_SERVER_URL: models.url } });
    browser = await openBrowser();
    const opened = await openPage(browser);
    ({ page, complaints } = opened);
    ada = await signUp(house);
    projectId = (await newProject(ada, 'Analytical engine')).id;
    await opened.context.addCookies([...ada.browser.cookies].map(([name, value]) => ({ name, value, url: house.origin })));
  });
  after(async () => {
    await browser.close();
    await house.close();
    await models.close();
  });

  const put = (path: string, text: string) =>
    ada.call(saveFile, { params: { projectId }, query: { path }, body: text }, { headers: { 'if-none-match': '*' } });
  const read = async (path: string) => Buffer.from((await ada.call(readFile, { params: { projectId }, query: { path } })).body).toString();
  const address = (query: Record<string, string>) => `${house.origin}/projects/${projectId}?${new URLSearchParams(query)}`;
  const editor = () => page.locator('.cm-content');

  /** Starts a run in which a model says this, and opens it. @returns its id */
  async function openRun(parts: ModelServerPart[]): Promise<string> {
    const message = `Question ${answers.size + 1}`;
    answers.set(message, parts);
    const { run } = (await ada.call(startRun, { params: { projectId }, body: { message, model: 'server/test' } })).body;
    await page.goto(address({ run: run.id }));
    return run.id;
  }

  it('is the file that the address names, however its name is written', async () => {
    // The second of each pair is what the first becomes when it is decoded twice.
    const pairs = [
      ['report%20A.md', 'report A.md'],
      ['50%25 off.md', '50% off.md'],
      ['c%2B%2B.md', 'c++.md'],
      ['q%3Fx%3D1%26y%23z.md', 'q?x=1&y#z.md'],
    ] as const;
    for (const path of pairs.flat()) await put(path, `This is ${path}`);
    for (const path of pairs.flat()) {
      await page.goto(address({ file: path }));
      await editor().getByText(`This is ${path}`, { exact: true }).waitFor();
    }
    await page.goto(address({}));
    await page.getByRole('treeitem', { name: 'report%20A.md' }).click();
    await editor().getByText('This is report%20A.md').waitFor();
    await page.getByRole('treeitem', { name: 'report A.md' }).click();
    await editor().getByText('This is report A.md').waitFor();
    await page.goBack();
    await editor().getByText('This is report%20A.md').waitFor();
    await editor().click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type(', changed');
    await page.keyboard.press('Control+s');
    await page.getByText('Saved', { exact: true }).waitFor();
    assert.equal(await read('report%20A.md'), 'This is report%20A.md, changed');
    assert.equal(await read('report A.md'), 'This is report A.md');
  });

  it('comes back to the file that the address names after signing in', async () => {
    await page.context().clearCookies();
    await page.goto(address({ file: 'report%20A.md' }));
    await page.getByLabel('Email').fill(ada.email);
    await page.getByLabel('Password').fill(ada.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await editor().getByText('This is report%20A.md').waitFor();
  });

  it('shows files whose extension is a name that every object has', async () => {
    const names = ['a.constructor', 'b.__proto__', 'c.toString', 'd.hasOwnProperty', 'valueOf'];
    for (const path of names) await put(path, `This is ${path}`);
    for (const path of names) {
      await page.goto(address({ file: path }));
      await editor().getByText(`This is ${path}`, { exact: true }).waitFor();
    }
  });

  it('shows the call of a tool whose name every object has', async () => {
    await openRun([
      { tool: 'constructor', input: { toString: 1, __proto__: 'x' } },
      { tool: 'write_file', input: '{"__proto__": 1}' },
    ]);
    await page.getByText('Constructor', { exact: true }).waitFor();
    await page.getByText('Done.').waitFor();
  });

  it('has seen no error in the console, and nothing was loaded from elsewhere', () => {
    assert.deepEqual(complaints, []);
  });
});
