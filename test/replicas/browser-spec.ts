/** An open page while all replicas are behind: it says what it has seen, and shows what live updates are about. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser } from 'playwright-core';
import { saveFile } from '#features/files/contract.ts';
import { POSITION_COOKIE, POSITION_HEADER, parsePosition } from '#wire/position.ts';
import { openBrowser, openPage } from '../harness/browser.ts';
import { eventually } from '../harness/eventually.ts';
import { addMember, newProject, type Person, signUp } from '../harness/test-server.ts';
import { on, openReplicated, pauseReplay, type Replicated, resumeReplay } from './cluster.ts';

export function describeBrowser(): void {
  describe('an open page', { timeout: 240_000 }, () => {
    let replicated: Replicated;
    let browser: Browser;
    let ada: Person;
    let eve: Person;
    before(async () => {
      replicated = await openReplicated({ count: 2 });
      browser = await openBrowser();
      const [server] = replicated.servers;
      assert.ok(server);
      ada = await signUp(server);
      eve = await signUp(server, 'Eve Moneypenny');
    });
    after(async () => {
      await browser?.close();
      await replicated?.close();
    });

    it('shows what others save on another server, however far the replicas are behind', async () => {
      const [here, there] = replicated.servers;
      assert.ok(here && there);
      const { id: projectId, organizationId } = await newProject(ada);
      await addMember(here, eve, organizationId, 'member');
      const save = (path: string) => on(there, eve).call(saveFile, { params: { projectId }, query: { path }, body: `${path}\n` });
      await save('first.md');
      const { page, context, complaints } = await openPage(browser);
      const sent: (number | undefined)[] = [];
      page.on('request', (request) => {
        if (request.url().includes(`/api/projects/${projectId}/files`)) sent.push(parsePosition(request.headers()[POSITION_HEADER]));
      });
      await page.goto(`${here.origin}/projects/${projectId}`);
      await page.getByLabel('Email').fill(ada.email);
      await page.getByLabel('Password').fill(ada.password);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByText('first.md').first().waitFor();
      // It has opened its stream and said which project it shows.
      await eventually('the page follows', async () => sent.length > 0);
      for (const standby of replicated.standbys) await pauseReplay(standby);
      try {
        for (const path of ['second.md', 'third.md', 'fourth.md']) {
          await save(path);
          await page.getByText(path).first().waitFor();
        }
      } finally {
        for (const standby of replicated.standbys) await resumeReplay(standby);
      }
      const cookie = (await context.cookies()).find(({ name }) => name === POSITION_COOKIE);
      assert.ok((parsePosition(cookie?.value) ?? 0) > 0);
      assert.ok((sent.at(-1) ?? 0) > (sent.find((position) => position !== undefined) ?? 0), `${sent}`);
      assert.deepEqual(complaints, []);
    });
  });
}
