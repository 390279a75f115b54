import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import type { EventData } from '#features/runs/events.ts';
import { openBrowser, openPage } from './harness/browser.ts';
import { type ModelServerPart, openModelServer } from './harness/model-server.ts';
import { putRun } from './harness/run-states.ts';
import { newProject, signUp, startTestServer, type TestServer } from './harness/test-server.ts';

const EVENTS = 10_000;
/** Per second, with a little of what models send. */
const WORDS_A_SECOND = 20;
const LIVE_SECONDS = 5;
/** Generous: it fails if the page hangs, not if the machine is slow. Tasks take 100 ms, and once took 650 next to another test. */
const MAX_LOAD_MS = 10_000;
const MAX_TASK_MS = 2000;

const by = { id: null, name: 'Ada Lovelace' };

/** A run of 2,000 steps, each with a response, a tool call and its result. */
function longLog(): EventData[] {
  const events: EventData[] = [{ type: 'message', data: { text: 'Work for a long time', by } }];
  for (let step = 1; events.length + 5 < EVENTS; step++) {
    const callId = `call-${step}`;
    const text = `Step **${step}**: I read \`notes/${step}.md\`.\n\n- one\n- two\n\n\`\`\`js\nconst step = ${step};\n\`\`\`\n`;
    const result = { callId, tool: 'read_file', ok: true, output: `Line ${step}\n`.repeat(20), duration: 3 };
    events.push(
      { type: 'step', data: { step, model: 'server/test' } },
      { type: 'text', data: { text } },
      { type: 'tool_call', data: { callId, tool: 'read_file', input: { path: `notes/${step}.md` } } },
      { type: 'step_end', data: { step, finish: 'tool-calls', inputTokens: 1000, outputTokens: 50, cost: 0.001 } },
      { type: 'tool_result', data: result },
    );
  }
  while (events.length < EVENTS - 1) events.push({ type: 'notice', data: { code: 'resumed', message: 'Another server took over.' } });
  return [...events, { type: 'end', data: { status: 'done' } }];
}

/** Longest task of the page's main thread since the last call, in ms. */
async function longestTask(page: Page): Promise<number> {
  return page.evaluate(() => {
    const seen = globalThis as unknown as { tasks: number[] };
    const longest = Math.max(0, ...seen.tasks);
    seen.tasks.length = 0;
    return longest;
  });
}

describe('a run of 10,000 events', { timeout: 180_000 }, () => {
  let models: Awaited<ReturnType<typeof openModelServer>>;
  let testServer: TestServer;
  let browser: Browser;
  let page: Page;
  let complaints: string[];
  let address: string;
  before(async () => {
    models = await openModelServer(async function* (): AsyncGenerator<ModelServerPart> {
      for (let word = 1; word <= WORDS_A_SECOND * LIVE_SECONDS; word++) {
        yield word % 25 === 0 ? `word${word}.\n\n` : `word${word} `;
        await sleep(1000 / WORDS_A_SECOND);
      }
    });
    testServer = await startTestServer({ env: { MODEL_SERVER_URL: models.url } });
    browser = await openBrowser();
    const ada = await signUp(testServer);
    const projectId = (await newProject(ada)).id;
    const runId = await putRun({ databaseUrl: testServer.databaseUrl, projectId, userId: ada.id, model: 'server/test' }, 'done', longLog());
    const opened = await openPage(browser);
    ({ page, complaints } = opened);
    await opened.context.addCookies([...ada.browser.cookies].map(([name, value]) => ({ name, value, url: testServer.origin })));
    await page.addInitScript(() => {
      const seen = globalThis as unknown as { tasks: number[] };
      seen.tasks = [];
      new PerformanceObserver((list) => seen.tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({
        type: 'longtask',
      });
    });
    address = `${testServer.origin}/projects/${projectId}?run=${runId}`;
  });
  after(async () => {
    await browser.close();
    await testServer.close();
    await models.close();
  });

  const conversation = () => page.getByRole('region', { name: 'Conversation' });

  it('soon shows its last turn', async (t) => {
    const begun = performance.now();
    await page.goto(address);
    await page.getByText('The agent is done').waitFor();
    const loaded = Math.round(performance.now() - begun);
    const turns = await conversation().locator('.turn').count();
    t.diagnostic(`last turn after ${loaded} ms; longest task ${await longestTask(page)} ms; ${turns} turns on the page`);
    assert.ok(loaded < MAX_LOAD_MS, `it took ${loaded} ms`);
    assert.ok(turns < 200, `${turns} turns are on the page`);
  });

  it('stays responsive while new text streams in', async (t) => {
    await page.getByLabel('Message').fill('Go on');
    const sent = performance.now();
    await page.getByRole('button', { name: 'Send' }).click();
    await conversation()
      .getByText(/word1 /)
      .waitFor();
    const answered = Math.round(performance.now() - sent);
    const afterSending = await longestTask(page);
    await conversation()
      .getByText(new RegExp(`word${WORDS_A_SECOND * LIVE_SECONDS}`))
      .waitFor();
    const whileLive = await longestTask(page);
    t.diagnostic(
      `first word ${answered} ms after sending; longest task until then ${afterSending} ms, while text streamed in ${whileLive} ms`,
    );
    assert.ok(whileLive < MAX_TASK_MS, `the page stood still for ${whileLive} ms`);
  });

  it('scrolls up to its beginning and back without jumping', async (t) => {
    await page.getByText('The agent is done').last().waitFor();
    // As in browsers without scroll anchoring.
    await conversation().evaluate((element) => element.style.setProperty('overflow-anchor', 'none'));
    const scroll = (by: number) =>
      conversation().evaluate(async (element, by) => {
        element.scrollBy(0, by);
        await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
        const edge = element.getBoundingClientRect().top;
        const shown = [...element.querySelectorAll('.turn')].find((turn) => turn.getBoundingClientRect().bottom > edge);
        return { turns: element.querySelectorAll('.turn').length, first: shown?.textContent?.match(/Step (\d+)/)?.[1] };
      }, by);
    let seen = 0;
    let most = 0;
    let before = Infinity;
    for (let screen = 0; screen < 60; screen++) {
      const { turns, first } = await scroll(-600);
      most = Math.max(most, turns);
      if (first === undefined) continue;
      seen++;
      // 600 pixels are about four steps: nothing is skipped.
      assert.ok(before === Infinity || (Number(first) <= before && before - Number(first) < 12), `from step ${before} to step ${first}`);
      before = Number(first);
    }
    const longest = await longestTask(page);
    t.diagnostic(`60 screens upwards, to step ${before}; at most ${most} turns on the page; longest task ${longest} ms`);
    assert.ok(seen > 50 && before < 1900, `read to step ${before}`);
    assert.ok(most < 250, `${most} turns are on the page`);
    assert.ok(longest < MAX_TASK_MS, `the page stood still for ${longest} ms`);
    await page.getByRole('button', { name: 'Jump to newest' }).click();
    await page.getByText('The agent is done').last().waitFor();
  });

  it('logs no console errors', () => assert.deepEqual(complaints, []));
});
