/** A browser, and a model that answers each question as a test specifies. */
import { after, before } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { readFile, saveFile } from '#features/files/contract.ts';
import { startRun } from '#features/runs/contract.ts';
import { openBrowser, openPage } from './browser.ts';

import { type ModelServerPart, openModelServer } from './model-server.ts';
import { newProject, type Person, signUp, startTestServer, type TestServer } from './test-server.ts';

/** Finds unmarked bidirectional controls and invisible characters, in text and in attributes that are read. */
export const findHidden = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const hidden = /[\u200b\u202e]/;
    const found = hidden.test(document.title) ? [`title: ${document.title}`] : [];
    for (const element of document.body.querySelectorAll('*')) {
      if (element.closest('.cm-content, script')) continue;
      for (const { nodeType, nodeValue } of element.childNodes)
        if (nodeType === Node.TEXT_NODE && hidden.test(nodeValue ?? '')) found.push(`${element.tagName}: ${nodeValue}`);
      for (const name of ['title', 'alt', 'placeholder', 'aria-label', 'aria-description'])
        if (hidden.test(element.getAttribute(name) ?? '')) found.push(`${element.tagName} ${name}: ${element.getAttribute(name)}`);
    }
    return found;
  });

/** The model's responses by question; nothing more after a tool call. */
const answers = new Map<unknown, Iterable<ModelServerPart> | AsyncIterable<ModelServerPart>>();

let models: Awaited<ReturnType<typeof openModelServer>>;

export let testServer: TestServer;

let browser: Browser;

export let page: Page;

export let complaints: string[];

export let ada: Person;

export let projectId: string;

before(async () => {
  models = await openModelServer(({ messages }) => {
    // The time and project context are in the same message.
    const asked = /Question \d+/.exec(String(messages.findLast(({ role }) => role === 'user')?.content))?.[0];
    return messages.at(-1)?.role === 'user' ? (answers.get(asked) ?? ['Nothing to say.']) : ['Done.'];
  });
  testServer = await startTestServer({ env: { MODEL_SERVER_URL: models.url } });
  browser = await openBrowser();
  const opened = await openPage(browser);
  ({ page, complaints } = opened);
  ada = await signUp(testServer);
  projectId = (await newProject(ada, 'Analytical engine')).id;
  await opened.context.addCookies([...ada.browser.cookies].map(([name, value]) => ({ name, value, url: testServer.origin })));
});

after(async () => {
  await browser.close();
  await testServer.close();
  await models.close();
});

export const put = (path: string, text: string) =>
  ada.call(saveFile, { params: { projectId }, query: { path }, body: text }, { headers: { 'if-none-match': '*' } });

export const read = async (path: string) =>
  Buffer.from((await ada.call(readFile, { params: { projectId }, query: { path } })).body).toString();

export const address = (query: Record<string, string>) => `${testServer.origin}/projects/${projectId}?${new URLSearchParams(query)}`;

export const editor = () => page.locator('.cm-content');

/** Starts a run in which the model sends this, and opens it. @returns its id */
export async function openRun(parts: Iterable<ModelServerPart> | AsyncIterable<ModelServerPart>): Promise<string> {
  const message = `Question ${answers.size + 1}`;
  answers.set(message, parts);
  const { run } = (await ada.call(startRun, { params: { projectId }, body: { message, model: 'server/test' } })).body;
  await page.goto(address({ run: run.id }));
  return run.id;
}
