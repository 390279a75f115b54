import assert from 'node:assert/strict';
import { readFile as readSource } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { createAgent } from '#features/agents/contract.ts';
import { addToolServer } from '#features/connections/contract.ts';
import { readFile, saveFile } from '#features/files/contract.ts';
import { listApprovals } from '#features/inbox/contract.ts';
import { listRuns, startRun } from '#features/runs/contract.ts';
import type { EventData } from '#features/runs/events.ts';
import { createSchedule } from '#features/schedules/contract.ts';
import { createTrigger } from '#features/triggers/contract.ts';
import { look, openBrowser, openPage } from './harness/browser.ts';
import { query } from './harness/database.ts';
import { eventually } from './harness/eventually.ts';
import { type ModelServerPart, openModelServer } from './harness/model-server.ts';
import { putRun } from './harness/run-states.ts';
import { type House, newProject, openHouse, type Person, signUp } from './harness/test-server.ts';

/** Where a character that turns the direction, or that nobody sees, stands as it is: in texts, and in attributes that are read. */
const findHidden = (page: Page): Promise<string[]> =>
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

describe('what people and models write, on the screen', { timeout: 240_000 }, () => {
  /** What the model answers, by what it is asked; nothing more after a tool call. */
  const answers = new Map<unknown, Iterable<ModelServerPart> | AsyncIterable<ModelServerPart>>();
  let models: Awaited<ReturnType<typeof openModelServer>>;
  let house: House;
  let browser: Browser;
  let page: Page;
  let complaints: string[];
  let ada: Person;
  let projectId: string;
  before(async () => {
    models = await openModelServer(({ messages }) => {
      // What it is told of when and where stands with the message.
      const asked = /Question \d+/.exec(String(messages.findLast(({ role }) => role === 'user')?.content))?.[0];
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
  async function openRun(parts: Iterable<ModelServerPart> | AsyncIterable<ModelServerPart>): Promise<string> {
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

  it('is shown where it is among many files, and Tab leads out of it as it says', async () => {
    await Promise.all(Array.from({ length: 60 }, (_, index) => put(`many/note-${index}.md`, `Note ${index}`)));
    await page.goto(address({ file: 'many/note-59.md' }));
    await editor().getByText('Note 59', { exact: true }).waitFor();
    // Far below the edge of the window, however names are sorted.
    await page.waitForFunction(() => {
      const { top, bottom } = document.querySelector('[data-path="many/note-59.md"]')?.getBoundingClientRect() ?? { top: -1, bottom: -1 };
      return top >= 0 && bottom > 0 && bottom <= innerHeight;
    });
    assert.match((await editor().getAttribute('aria-description')) ?? '', /Esc, then Tab/);
    await editor().click();
    await page.keyboard.press('Tab');
    await page.getByText('Press Esc, then Tab to leave the editor.').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Tab');
    await page.waitForFunction(() => !document.activeElement?.closest('.cm-editor'));
    await page.getByText('Press Esc, then Tab to leave the editor.').waitFor({ state: 'detached' });
    await editor().click();
    await page.keyboard.press('Control+z');
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

  it('marks hidden characters in every name, on every screen', async () => {
    const agent = (await ada.call(createAgent, { body: { name: 'Editor', instructions: 'Check the spelling.' } })).body.agent;
    const work = { message: 'list the files', agentId: agent.id, model: 'practice', level: 'supervised' } as const;
    const inProject = { params: { projectId } };
    const cron = { cron: '0 9 * * 1-5', timezone: 'Europe/Berlin', budget: {} };
    const { schedule } = (await ada.call(createSchedule, { ...inProject, body: { name: 'Mornings', ...cron, ...work } })).body;
    const files = { path: 'docs/*.md' };
    const { trigger } = (await ada.call(createTrigger, { ...inProject, body: { name: 'On docs', files, budget: {}, ...work } })).body;
    const server = { name: 'Tracker', slug: 'tracker', url: 'https://tracker.invalid/mcp' };
    await ada.call(addToolServer, { body: server });
    await put('docs/report_fdp.sh', 'rm -rf');
    // As they could be made before there was a rule for names.
    const odd = "replace(name, right(name, 2), U&'\\202E' || right(name, 2))";
    for (const table of ['users', 'organizations', 'projects', 'agents', 'agent_versions', 'schedules', 'triggers', 'tool_servers'])
      await query(house.databaseUrl, `update ${table} set name = ${odd}`);
    const path = "replace(path, 'fdp', U&'\\202Efdp')";
    await query(house.databaseUrl, `with v as (update versions set path = ${path}) update files set path = ${path}`);
    const runId = await openRun([{ tool: 'delete_file', input: { path: 'docs/report_\u202efdp.sh' } }]);
    await query(house.databaseUrl, `update runs set title = title || U&'\\200B' where id = $1`, [runId]);
    await eventually(
      'one approval is pending',
      async () => (await ada.call(listApprovals, { query: { run: runId } })).body.approvals.length,
      1,
    );

    const [approval] = (await ada.call(listApprovals, { query: { run: runId } })).body.approvals;
    const file = 'docs/report_\u202efdp.sh';
    for (const [screen, shown] of [
      ['/', /Analytical engi⟨U\+202E⟩ne/],
      [`/projects/${projectId}?${new URLSearchParams({ file, run: runId })}`, /docs\/report_⟨U\+202E⟩fdp\.sh/],
      [`/inbox?approval=${approval?.id}`, /Delete docs\/report_⟨U\+202E⟩fdp\.sh/],
      ['/agents', /Edit⟨U\+202E⟩or/],
      [`/agents/${agent.id}`, /Edit⟨U\+202E⟩or/],
      ['/schedules', /Morning⟨U\+202E⟩gs|Mornin⟨U\+202E⟩gs/],
      [`/schedules/${schedule.id}`, /Mornin⟨U\+202E⟩gs/],
      [`/triggers/${trigger.id}`, /On do⟨U\+202E⟩cs/],
      ['/autonomy', /Mornin⟨U\+202E⟩gs/],
      ['/usage', /Ada Lovela⟨U\+202E⟩ce/],
      ['/settings/audit', /^Ada Lovela⟨U\+202E⟩ce/],
      ['/settings/connections', /Track⟨U\+202E⟩er/],
      [`/projects/${projectId}/autonomy`, /Analytical engi⟨U\+202E⟩ne/],
      ['/account', /Ada Lovela⟨U\+202E⟩ce/],
    ] as const) {
      await page.goto(house.origin + screen);
      await page.locator('main :not(option)').filter({ hasText: shown, visible: true }).first().waitFor();
      assert.deepEqual(await findHidden(page), [], screen);
      if (screen.includes('?')) await look(page, `hidden-${screen.includes('inbox') ? 'inbox' : 'project'}`);
    }
    await page.keyboard.press('Control+k');
    await page.getByRole('option', { name: /Analytical engi⟨U\+202E⟩ne/ }).waitFor();
    assert.deepEqual(await findHidden(page), []);
  });

  it('draws an answer as its Markdown means it', async () => {
    const answer = await readSource(new URL('./answer.md', import.meta.url), 'utf8');
    // In pieces, as a model writes.
    await openRun(answer.match(/[\s\S]{1,40}/g) ?? []);
    const prose = page.locator('.prose');
    // The footnote is the end of it; code is coloured and formulas are drawn as soon as what does so is loaded.
    await prose.getByRole('list', { name: 'Footnotes' }).getByText('It was written before the figures were known.').waitFor();
    await prose.locator('.katex-display').waitFor();
    await prose.locator('.katex').nth(1).waitFor();
    await prose.locator('.code-keyword').first().waitFor();
    assert.equal(await prose.getByRole('link', { name: 'the brief' }).getAttribute('href'), 'https://example.com/brief');
    await prose.getByRole('link', { name: 'Footnote 1' }).click();
    await page.waitForFunction(() => document.activeElement?.tagName === 'LI');
    assert.equal(await prose.locator('del').count(), 0);
    assert.deepEqual(await prose.locator('strong').allTextContents(), ['Charles', '「強調」', 'before']);
    await prose.getByText('orders a day, at $5 and $10 each.').waitFor();
    assert.ok(await prose.getByRole('checkbox', { name: 'Draft the plan' }).isChecked());
    assert.ok(!(await prose.getByRole('checkbox', { name: 'Ask Charles' }).isChecked()));
    for (const language of ['Python', 'Bash']) await prose.getByText(language, { exact: true }).waitFor();
    assert.equal(await prose.locator('.katex').count(), 2);
    const code = prose.getByRole('group', { name: 'Code, Python' });
    assert.ok(await code.evaluate(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth), 'a long line of code scrolls');
    // Words and numbers stay whole, and the table scrolls in itself.
    const table = prose.getByRole('group', { name: 'Table' });
    assert.ok(await table.evaluate(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth));
    for (const text of ['Owner', '1,310.00', '2026-10-15']) {
      const lines = await table.getByText(text, { exact: true }).evaluate((cell) => {
        const range = document.createRange();
        range.selectNodeContents(cell);
        return range.getClientRects().length;
      });
      assert.equal(lines, 1, text);
    }
    await table.focus();
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction((scroller) => (scroller?.scrollLeft ?? 0) > 0, await table.elementHandle());
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    await look(page, 'answer', 1800);
    await page.reload();
    await prose.locator('.katex-display').waitFor();
  });

  /** @returns the longest that a click on the page has waited so far, in milliseconds */
  const longestWait = () => page.evaluate(() => (globalThis as unknown as { longest: { ms: number } }).longest.ms);

  /** Reads a run from its end up to its beginning. @returns the longest that a click would have waited meanwhile, in milliseconds */
  async function readThrough(texts: readonly string[]): Promise<number> {
    const steps = texts.flatMap((text, index): EventData[] => [
      { type: 'step', data: { step: index + 1, model: 'practice' } },
      { type: 'text', data: { text } },
      { type: 'step_end', data: { step: index + 1, finish: 'stop', inputTokens: 1, outputTokens: 1, cost: 0 } },
    ]);
    const setting = { databaseUrl: house.databaseUrl, projectId, userId: ada.id };
    await page.goto(address({ run: await putRun(setting, 'done', [...steps, { type: 'end', data: { status: 'done' } }]) }));
    await page.locator('.turn-end').waitFor();
    // Without a look at all that stands there, which would hold up the page itself.
    await page.waitForFunction(() => document.querySelector('.turn-agent:last-of-type .prose > p:last-child strong'));
    const conversation = page.getByRole('region', { name: 'Conversation' });
    for (let step = 0; step < 20; step++) {
      await conversation.evaluate((scroller) => scroller.scrollBy(0, -scroller.clientHeight));
      await page.waitForTimeout(20);
    }
    assert.ok((await page.locator('.prose').count()) >= texts.length);
    return longestWait();
  }

  const hostile = [
    `${'*'.repeat(4000)}a${'*'.repeat(4000)}`,
    `${'*'.repeat(150)}a ${'_'.repeat(150)}b `.repeat(60),
    '> '.repeat(10_000),
    Array.from({ length: 400 }, (_, depth) => `${' '.repeat(depth)}- a`).join('\n'),
    '['.repeat(50_000),
    `${'![a]('.repeat(3000)}`,
    `${'![a]('.repeat(4900)}\n\n`.repeat(6),
    Array.from({ length: 300 }, (_, length) => '`'.repeat(length)).join(' '),
    `|a|b|c|d|e|\n|-|-|-|-|-|\n${'|1|2|3|4|5|\n'.repeat(20_000)}`,
    'a*_ '.repeat(4000),
    '<a '.repeat(20_000),
    '\\('.repeat(15_000),
    `$$${'{'.repeat(1900)}$$`,
    'a'.repeat(300_000),
    `\`\`\`js\n${'[{'.repeat(20_000)}\n\`\`\``,
    'A paragraph with **bold** and `code`.\n\n'.repeat(3000),
  ];

  it('shows whatever a model writes, and never stops the page for it', async (t) => {
    // The longest that a click would have waited.
    await page.addInitScript(() => {
      const longest = { ms: 0 };
      let last = performance.now();
      setInterval(() => {
        longest.ms = Math.max(longest.ms, performance.now() - last);
        last = performance.now();
      });
      Object.assign(globalThis, { longest });
    });
    const baseline = await readThrough(hostile.map(() => 'A paragraph with **bold** and `code`.\n\n'.repeat(20)));
    const ms = await readThrough(hostile);
    t.diagnostic(`the page stood still for ${Math.round(ms)} ms at most, and for ${Math.round(baseline)} ms for harmless answers`);
    // A tenth of that is meant; each of these took many seconds, or the page away.
    assert.ok(ms < 1000 + 3 * baseline, `the page stood still for ${Math.round(ms)} ms, and for ${Math.round(baseline)} ms without them`);
    await page.getByRole('button', { name: 'All runs' }).click();
  });

  it('lets a run be stopped while such an answer streams in', async (t) => {
    let isOver = false;
    t.after(() => {
      isOver = true;
    });
    await openRun(
      (async function* () {
        while (!isOver)
          for (const text of hostile)
            for (let at = 0; at < Math.min(text.length, 20_000) && !isOver; at += 1000) {
              yield text.slice(at, at + 1000);
              await sleep(5);
            }
      })(),
    );
    await page.locator('.turn-agent .prose').getByText('****').first().waitFor();
    // In the middle of it.
    await eventually(
      'the answer is long',
      () => page.locator('.turn-agent').evaluate(({ textContent }) => textContent?.length ?? 0),
      (seen) => seen > 100_000,
    );
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await page.getByText('Stopped', { exact: false }).and(page.locator('.turn-end span')).waitFor();
  });

  it('goes on with another model where one fails', async () => {
    await openRun([{ status: 400, message: 'this model is broken' }]);
    await page.getByRole('button', { name: 'Try another model' }).click();
    const dialog = page.getByRole('dialog', { name: 'Retry with another model' });
    await dialog.waitFor();
    await look(page, 'retry-model');
    await dialog.getByLabel('Model').selectOption('practice');
    await dialog.getByRole('button', { name: 'Retry' }).click();
    await page.getByText('The agent is done').waitFor();
    await dialog.waitFor({ state: 'detached' });
    const [run] = (await ada.call(listRuns, { params: { projectId } })).body.runs;
    assert.equal(run?.model, 'practice');
    assert.equal(run?.status, 'done');
  });

  it('is shown as it is written where it cannot be drawn', async () => {
    const text = 'A *list* that nothing can draw.';
    await openRun([text]);
    await page.getByText('A list that nothing can draw.').waitFor();
    const other = await page.context().newPage();
    await other.addInitScript(() => {
      /** Has read a list without items. */
      class Broken extends EventTarget {
        onmessage: ((event: { data: unknown }) => void) | undefined;
        postMessage(message: object): void {
          const document = { blocks: [{ json: '{"type":"list"}', size: 1, depth: 0 }], notes: [] };
          if ('text' in message) setTimeout(() => this.onmessage?.({ data: { document } }));
        }
        terminate(): void {}
      }
      Object.assign(globalThis, { Worker: Broken });
    });
    await other.goto(page.url());
    await other.getByText(text, { exact: true }).waitFor();
    await other.getByText('The agent is done').waitFor();
    await other.close();
  });

  it('leaves the keys of an input method to it: Safari’s Enter sends, chooses and saves nothing', async () => {
    /** As Safari tells the Enter that ends a word, after it has ended, and other browsers while it goes on. */
    const pressForWord = (selector: string, key = 'Enter') =>
      page.locator(selector).evaluate((field, key) => {
        for (const told of [{ keyCode: 229 }, { isComposing: true, keyCode: 229 }, { isComposing: true }])
          field.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...told }));
      }, key);
    const runs = async () => (await ada.call(listRuns, { params: { projectId } })).body.runs.length;
    const before = await runs();
    await page.goto(address({}));
    await page.getByLabel('Model').selectOption('server/test');
    await page.getByLabel('Message').fill('こんにちは');
    await pressForWord('textarea[aria-label=Message]');
    assert.equal(await page.getByLabel('Message').inputValue(), 'こんにちは');
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Find a command' }).fill('Inbox');
    await pressForWord('[role=combobox]');
    await pressForWord('[role=combobox]', 'ArrowDown');
    await page.getByRole('dialog', { name: 'Commands' }).waitFor();
    assert.match(page.url(), /\/projects\//);
    await page.keyboard.press('Escape');
    assert.equal(await runs(), before);
    // Without one, the same key sends.
    await page.getByLabel('Message').press('Enter');
    await page.getByText('Nothing to say.').waitFor();
    assert.equal(await runs(), before + 1);
    await page.getByRole('button', { name: 'Edit and branch' }).click();
    await pressForWord('textarea[aria-label="Edited message"]');
    await pressForWord('textarea[aria-label="Edited message"]', 'Escape');
    await page.getByLabel('Edited message').waitFor();
    assert.equal(await runs(), before + 1);
  });

  it('has seen no error in the console, and nothing was loaded from elsewhere', () => {
    assert.deepEqual(complaints, []);
  });
});
