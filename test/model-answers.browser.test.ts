import assert from 'node:assert/strict';
import { readFile as readSource } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { listRuns } from '#features/runs/contract.ts';
import type { EventData } from '#features/runs/events.ts';
import { look } from './harness/browser.ts';
import { ada, address, complaints, openRun, page, projectId, testServer } from './harness/content-screen.ts';
import { eventually } from './harness/eventually.ts';
import { putRun } from './harness/run-states.ts';

describe('what people and models write, on the screen', { timeout: 240_000 }, () => {
  it('renders a response as its Markdown intends', async () => {
    const answer = await readSource(new URL('./answer.md', import.meta.url), 'utf8');
    // In chunks, as a model writes.
    await openRun(answer.match(/[\s\S]{1,40}/g) ?? []);
    const prose = page.locator('.prose');
    // The footnote comes last; code is highlighted and formulas are rendered once their code has loaded.
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
    // Words and numbers are not broken, and the table scrolls on its own.
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

  /** @returns the longest time that a click on the page has waited so far, in milliseconds */
  const longestWait = () => page.evaluate(() => (globalThis as unknown as { longest: { ms: number } }).longest.ms);

  /** Reads a run from its end to its beginning. @returns the longest time that a click would have waited, in milliseconds */
  async function readThrough(texts: readonly string[]): Promise<number> {
    const steps = texts.flatMap((text, index): EventData[] => [
      { type: 'step', data: { step: index + 1, model: 'practice' } },
      { type: 'text', data: { text } },
      { type: 'step_end', data: { step: index + 1, finish: 'stop', inputTokens: 1, outputTokens: 1, cost: 0 } },
    ]);
    const setting = { databaseUrl: testServer.databaseUrl, projectId, userId: ada.id };
    await page.goto(address({ run: await putRun(setting, 'done', [...steps, { type: 'end', data: { status: 'done' } }]) }));
    await page.locator('.turn-end').waitFor();
    // Without querying the whole text, which would itself block the page.
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
    // The longest time that a click would have waited.
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
    // The goal is a tenth of that; each of these texts once took many seconds, or crashed the page.
    assert.ok(ms < 1000 + 3 * baseline, `the page stood still for ${Math.round(ms)} ms, and for ${Math.round(baseline)} ms without them`);
    await page.getByRole('button', { name: 'All runs' }).click();
  });

  it('lets a run be stopped while such a response streams in', async (t) => {
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

  it('continues with another model if one fails', async () => {
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

  it('is shown as written if it cannot be rendered', async () => {
    const text = 'A *list* that nothing can draw.';
    await openRun([text]);
    await page.getByText('A list that nothing can draw.').waitFor();
    const other = await page.context().newPage();
    await other.addInitScript(() => {
      /** Returns a list without items. */
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

  it('logs no console errors, and loads nothing from elsewhere', () => {
    assert.deepEqual(complaints, []);
  });
});
