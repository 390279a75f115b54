import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { readFile, saveFile } from '#features/files/contract.ts';
import { getRun, listRuns } from '#features/runs/contract.ts';
import { look, openBrowser, openPage } from './harness/browser.ts';
import { createTestDatabase } from './harness/database.ts';
import { eventually } from './harness/eventually.ts';
import { endProcesses, openProcess, quick, type ServerProcess } from './harness/process.ts';
import { openSwitchingProxy } from './harness/switching-proxy.ts';
import { newProject, type Person, signUp } from './harness/test-server.ts';

const many = ['c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'];

describe('a run in a browser, with two servers behind one address', { timeout: 240_000 }, () => {
  let servers: ServerProcess[];
  let proxy: Awaited<ReturnType<typeof openSwitchingProxy>>;
  let browser: Browser;
  let page: Page;
  let complaints: string[];
  let ada: Person;
  let projectId: string;
  before(async () => {
    const env = { ...quick, DATABASE_URL: await createTestDatabase() };
    servers = [await openProcess({ env }), await openProcess({ env })];
    proxy = await openSwitchingProxy(servers[0]?.origin ?? '');
    browser = await openBrowser();
    const opened = await openPage(browser);
    ({ page, complaints } = opened);
    ada = await signUp(proxy);
    projectId = (await newProject(ada, 'Analytical engine')).id;
    await ada.call(
      saveFile,
      { params: { projectId }, query: { path: 'kept.md' }, body: 'before\n' },
      { headers: { 'if-none-match': '*' } },
    );
    await opened.context.addCookies([...ada.browser.cookies].map(([name, value]) => ({ name, value, url: proxy.origin })));
    await page.goto(`${proxy.origin}/projects/${projectId}`);
    await page.getByLabel('Level').selectOption('autonomous');
  });
  after(async () => {
    await browser.close();
    await proxy.close();
    await endProcesses();
  });

  const conversation = () => page.getByRole('region', { name: 'Conversation' });
  const status = (text: string) => page.locator('output').filter({ hasText: `Agent: ${text}` });
  async function send(message: string): Promise<void> {
    await page.getByLabel('Message').fill(message);
    await page.getByRole('button', { name: 'Send' }).click();
  }
  const countOf = async (text: string) => ((await conversation().textContent()) ?? '').split(text).length - 1;
  const content = async (path: string) =>
    Buffer.from((await ada.call(readFile, { params: { projectId }, query: { path } })).body).toString();

  it('is started, and watched while it works', async () => {
    await send('read kept.md, then write kept.md: after, then write a.md: one, then write b.md: two, then list the files');
    await conversation().getByText('I write kept.md.').waitFor();
    await page.getByRole('treeitem', { name: 'a.md' }).waitFor();
    assert.equal(await content('kept.md'), 'after\n');
  });

  it('is complete after a reload in the middle of a response', async () => {
    await page.reload();
    await page.getByText('The agent is done').waitFor();
    await page.getByRole('treeitem', { name: 'b.md' }).waitFor();
    for (const sentence of ['I read kept.md.', 'I write kept.md.', 'I write a.md.', 'I write b.md.', 'I list the files.']) {
      // Plain until the code that formats it has loaded.
      await conversation().getByText(sentence).waitFor();
      assert.equal(await countOf(sentence), 1, sentence);
    }
    await look(page, 'survives-done');
  });

  it('stops at once', async (t) => {
    await send('hello');
    await conversation().getByText('I am the').waitFor();
    const begun = performance.now();
    await page.getByRole('button', { name: 'Stop' }).click();
    await status('Stopped').waitFor({ state: 'attached' });
    t.diagnostic(`stopped after ${Math.round(performance.now() - begun)} ms`);
    await conversation().getByText('This answer broke off.').waitFor();
    await look(page, 'survives-stopped');
  });

  it('continues, and resumes by itself when its server dies', async (t) => {
    await send(many.map((name) => `write ${name}.md: ${name}`).join(', then '));
    await page.getByRole('treeitem', { name: 'c.md' }).waitFor();
    const victim = await eventually('a server works on the run', () => findWorking(servers));
    const other = servers.find((server) => server !== victim) ?? victim;
    proxy.switchTo(victim.origin);
    await conversation().getByText('I write e.md.').waitFor();
    process.kill(victim.pid, 'SIGKILL');
    const begun = performance.now();
    proxy.switchTo(other.origin);
    await conversation().getByText('I write j.md.').waitFor();
    await status('Done').waitFor({ state: 'attached' });
    t.diagnostic(`done ${Math.round(performance.now() - begun)} ms after the server died`);
    for (const name of many) {
      assert.equal(await countOf(`I write ${name}.md.`), 1, name);
      assert.equal(await content(`${name}.md`), `${name}\n`);
    }
    await look(page, 'survives-took-over');
    const { runs } = (await ada.call(listRuns, { params: { projectId } })).body;
    const { events } = (await ada.call(getRun, { params: { runId: runs[0]?.id ?? '' } })).body;
    const written = events.flatMap((event) => (event.type === 'tool_result' && event.data.change ? event.data.change.paths : []));
    assert.deepEqual(written, ['kept.md', 'a.md', 'b.md', ...many.map((name) => `${name}.md`)]);
  });

  it('is undone as a whole', async () => {
    await page.getByRole('button', { name: 'More about this run' }).click();
    await page.getByRole('menuitem', { name: 'Undo all changes' }).click();
    await page.getByRole('button', { name: 'Undo changes' }).click();
    await page.getByText(/Undid this run’s changes/).waitFor();
    await page.getByRole('treeitem', { name: 'a.md' }).waitFor({ state: 'detached' });
    assert.equal(await page.getByRole('treeitem').count(), 1);
    assert.equal(await content('kept.md'), 'before\n');
    await look(page, 'survives-undone');
    await page.getByRole('button', { name: 'Redo' }).click();
    await page.getByRole('treeitem', { name: 'a.md' }).waitFor();
    assert.equal(await content('kept.md'), 'after\n');
  });

  it('logs no console errors except for broken connections', () => {
    assert.deepEqual(
      complaints.filter((complaint) => !/ERR_|Failed to load resource/.test(complaint)),
      [],
    );
  });
});

async function findWorking(servers: readonly ServerProcess[]): Promise<ServerProcess | undefined> {
  for (const server of servers) {
    const metrics = await (await fetch(`${server.origin}/metrics`)).text();
    if (/^(?:guildhall_)?runs_working [1-9]/m.test(metrics)) return server;
  }
  return undefined;
}
