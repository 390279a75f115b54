/** What the journeys around files share: people with browsers of their own, in one project. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { saveFile } from '#features/files/contract.ts';
import type { Role } from '#wire/role.ts';
import { openBrowser, openPage } from '../harness/browser.ts';
import { addMember, newProject, type Person, signUp, startTestServer, type TestServer } from '../harness/test-server.ts';

export interface Seat {
  person: Person;
  page: Page;
  context: BrowserContext;
  complaints: string[];
}

export interface FilesStage {
  testServer: TestServer;
  browser: Browser;
  projectId: string;
  /** The owner's. */
  ada: Seat;
  /** @returns another person in a browser of their own */
  join: (name: string, role?: Role) => Promise<Seat>;
  /** Saves a file as Ada, whatever its version. */
  write: (path: string, body: string | Uint8Array) => Promise<void>;
  read: (path: string) => Promise<string>;
  open: (seat: Seat, path?: string) => Promise<void>;
  close: () => Promise<void>;
}

export async function openFilesStage(files: Record<string, string | Uint8Array> = {}): Promise<FilesStage> {
  const testServer = await startTestServer();
  const browser = await openBrowser();
  const owner = await signUp(testServer);
  const { id: projectId, organizationId } = await newProject(owner, 'Analytical engine');
  const ada = await seat(owner);

  async function seat(person: Person): Promise<Seat> {
    const opened = await openPage(browser);
    await opened.context.addCookies([...person.browser.cookies].map(([name, value]) => ({ name, value, url: testServer.origin })));
    return { person, ...opened };
  }
  const urlOf = (path: string) => `/api/projects/${projectId}/file?path=${encodeURIComponent(path)}`;
  async function write(path: string, body: string | Uint8Array): Promise<void> {
    const found = await owner.browser.fetch(urlOf(path), { method: 'HEAD' });
    const headers: Record<string, string> = found.ok ? { 'if-match': found.headers.get('etag') ?? '' } : { 'if-none-match': '*' };
    await owner.call(saveFile, { params: { projectId }, query: { path }, body }, { headers });
  }
  for (const [path, body] of Object.entries(files)) await write(path, body);

  return {
    testServer,
    browser,
    projectId,
    ada,
    async join(name, role = 'member') {
      const person = await signUp(testServer, name);
      await addMember(testServer, person, organizationId, role);
      return seat(person);
    },
    write,
    read: async (path) => (await owner.browser.fetch(urlOf(path))).text(),
    async open({ page }, path) {
      await page.goto(`${testServer.origin}/projects/${projectId}${path === undefined ? '' : `?file=${encodeURIComponent(path)}`}`);
      await page.getByRole('region', { name: 'Editor' }).waitFor();
    },
    async close() {
      await browser.close();
      await testServer.close();
    },
  };
}

/** The text of the editor. */
export const editorOf = ({ page }: Seat) => page.locator('.code-editor .cm-content');

/** Types at the start of a line. */
export async function typeAtLine(seat: Seat, line: string, text: string): Promise<void> {
  await editorOf(seat).getByText(line, { exact: true }).click();
  await seat.page.keyboard.press('Home');
  await seat.page.keyboard.type(text);
}
