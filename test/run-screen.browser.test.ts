import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { saveFile } from '#features/files/contract.ts';
import { answerQuestion, getRun, listRuns } from '#features/runs/contract.ts';
import type { EventData } from '#features/runs/events.ts';
import { look, openBrowser, openPage } from './harness/browser.ts';
import { query } from './harness/database.ts';
import { everyTool } from './harness/every-tool.ts';
import { type ModelServerPart, openModelServer } from './harness/model-server.ts';
import { failedLog, putRun, unknownOutcome } from './harness/run-states.ts';
import { newProject, type Person, signUp, startTestServer, type TestServer } from './harness/test-server.ts';

/** A gate that a test opens once it has checked everything before it. */
function createGate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open: () => open(), opened };
}

/** A chunk of a tool's input, on the wire. */
const inputPiece = (text: string, first?: { id: string; name: string }): ModelServerPart => {
  const call = first
    ? { id: first.id, type: 'function', function: { name: first.name, arguments: text } }
    : { function: { arguments: text } };
  const choices = [{ index: 0, delta: { tool_calls: [{ index: 0, ...call }] }, finish_reason: null }];
  return { raw: `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'test', choices })}\n\n` };
};

describe('the screen of a run', { timeout: 240_000 }, () => {
  const gates = { written: createGate(), half: createGate(), over: createGate() };
  let models: Awaited<ReturnType<typeof openModelServer>>;
  let testServer: TestServer;
  let browser: Browser;
  let page: Page;
  let context: BrowserContext;
  let complaints: string[];
  let ada: Person;
  let projectId: string;
  before(async () => {
    models = await openModelServer(async function* (_request, n): AsyncGenerator<ModelServerPart> {
      if (n > 1) return yield 'All is **written**.';
      yield { reasoning: 'They want a plan, so I write one.' };
      yield 'I write the plan.\n\n```js\nconst engine = 1;\n```\n';
      await gates.half.opened;
      yield inputPiece('{"path": "plan.md", "content": "# The plan\\n\\nfirst', { id: 'call-1', name: 'write_file' });
      await gates.written.opened;
      yield inputPiece(' line\\n"}');
      yield { finish: 'tool_calls' };
    });
    testServer = await startTestServer({ demoPace: 5, env: { MODEL_SERVER_URL: models.url } });
    browser = await openBrowser();
    ({ page, context, complaints } = await openPage(browser));
    ada = await signUp(testServer);
    projectId = (await newProject(ada, 'Analytical engine')).id;
    const cookies = [...ada.browser.cookies].map(([name, value]) => ({ name, value, url: testServer.origin }));
    await context.addCookies(cookies);
  });
  after(async () => {
    for (const gate of Object.values(gates)) gate.open();
    await browser.close();
    await testServer.close();
    await models.close();
  });

  const put = (status: Parameters<typeof putRun>[1], events: EventData[]) =>
    putRun({ databaseUrl: testServer.databaseUrl, projectId, userId: ada.id }, status, events);
  const open = (runId?: string) => page.goto(`${testServer.origin}/projects/${projectId}${runId ? `?run=${runId}` : ''}`);
  const conversation = () => page.getByRole('region', { name: 'Conversation' });
  const choose = async (item: string) => {
    await page.getByRole('button', { name: 'More about this run' }).click();
    await page.getByRole('menuitem', { name: item }).click();
  };

  it('keeps what is typed, and explains level and budget', async () => {
    await open();
    await page.getByLabel('Model').selectOption('practice');
    await page.getByLabel('Message').fill('list the files, then write notes/a.md: one line of text, then read notes/a.md');
    await page.reload();
    assert.match(await page.getByLabel('Message').inputValue(), /^list the files/);
    await page.getByLabel('Level').selectOption('autonomous');
    await page.getByText('Changes files within its budget').waitFor();
    await page.getByText(/^Budget:/).click();
    await page.getByLabel('Steps').fill('20');
    await page.getByLabel('US$').fill('0.5');
    await page.getByText('Budget: 20 steps, 0.5 US$').waitFor();
    await look(page, 'run-new');
  });

  it('shows a tool’s input, output and changes', async () => {
    await page.getByLabel('Model').selectOption('practice');
    await page.getByLabel('Message').press('Enter');
    await page.getByText('The agent is done').waitFor();
    const { runs } = (await ada.call(listRuns, { params: { projectId } })).body;
    assert.deepEqual([runs[0]?.level, runs[0]?.budget], ['autonomous', { steps: 20, cost: 0.5 }]);
    await page.getByRole('list', { name: 'Budget' }).getByText('4 of 20').waitFor();
    const lines = conversation().getByRole('table', { name: 'Lines that differ' });
    await lines.getByText('one line of text').waitFor();
    await look(page, 'run-done');
    await conversation().getByText('Read', { exact: true }).click();
    await conversation().getByRole('button', { name: 'Raw input' }).click();
    await conversation().getByText('"path": "notes/a.md"').waitFor();
    await look(page, 'run-open-tool');
    await conversation().getByRole('button', { name: 'notes/a.md' }).first().click();
    await page.locator('.cm-content').getByText('one line of text').waitFor();
    assert.equal(await page.getByLabel('Message').inputValue(), '');
  });

  it('shows reasoning, a response and a file as they are written', async () => {
    await open();
    await page.getByLabel('Model').selectOption('server/test');
    await page.getByLabel('Level').selectOption('autonomous');
    await page.getByLabel('Message').fill('Write a plan');
    await page.getByRole('button', { name: 'Send' }).click();
    await conversation().getByText('I write the plan.').waitFor();
    await conversation().getByText('Reasoning').click();
    await conversation().getByText('They want a plan').waitFor();
    await page.getByRole('button', { name: 'Stop' }).waitFor();
    gates.half.open();
    await conversation().getByText('Preparing').waitFor();
    await conversation().getByText('# The plan').waitFor();
    await page.getByLabel('Message').fill('Be brief');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByText('The agent reads this at its next step').waitFor();
    assert.equal(await page.getByText('This answer broke off.').count(), 0);
    await conversation().getByText('# The plan').waitFor();
    await look(page, 'run-live');
    gates.written.open();
    await page.getByText('The agent is done').waitFor();
    await conversation().getByText('All is written.').waitFor();
    await page.getByText('no price known').waitFor();
    await page.getByText('Agent: Done').waitFor({ state: 'attached' });
  });

  it('undoes all changes of a run, or says what cannot be merged', async () => {
    const confirm = () =>
      page.getByRole('dialog', { name: 'Undo this run’s changes?' }).getByRole('button', { name: 'Undo changes' }).click();
    await choose('Undo all changes');
    await confirm();
    await page.getByText(/Undid this run’s changes \(plan\.md\)/).waitFor();
    await page.getByRole('treeitem', { name: 'plan.md' }).waitFor({ state: 'detached' });

    const { runs } = (await ada.call(listRuns, { params: { projectId } })).body;
    const wrote = runs.find(({ title }) => title.startsWith('list'));
    const file = { params: { projectId }, query: { path: 'notes/a.md' } };
    await ada.call(saveFile, { ...file, body: 'another line\n' }, { headers: { 'if-match': '*' } });
    await open(wrote?.id);
    await page.getByText('The agent is done').waitFor();
    await choose('Undo all changes');
    await confirm();
    const dialog = page.getByRole('dialog', { name: 'Nothing was undone' });
    await dialog.getByText(/it was edited since/).waitFor();
    await dialog.getByRole('button', { name: 'notes/a.md' }).waitFor();
    await look(page, 'run-undo-conflict');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });

  it('exports a run as Markdown and as JSON', async () => {
    for (const [item, mark] of [
      ['Export as Markdown', '# list the files'],
      ['Export as JSON', '"tool_result"'],
    ] as const) {
      const [download] = await Promise.all([page.waitForEvent('download'), choose(item)]);
      assert.ok((await readFile(await download.path(), 'utf8')).includes(mark));
    }
  });

  it('lets a message be edited, and starts another run from there', async () => {
    const before = page.url();
    await page.getByRole('button', { name: 'Edit and branch' }).click();
    await page.getByLabel('Edited message').fill('list the files');
    await look(page, 'run-edit');
    await page.keyboard.press('Enter');
    await page.getByText('Branched off from').waitFor();
    await page.getByText('The agent is done').waitFor();
    assert.notEqual(page.url(), before);
    await look(page, 'run-branch');
    await page.getByRole('button', { name: 'another run' }).click();
    await page.waitForURL(before.replace(/&.*/, '*'));
  });

  it('asks what only a person can decide, and shows who did', async () => {
    const first = await put('waiting', unknownOutcome);
    await open();
    await page.getByRole('button', { name: /Put here Needs you/ }).waitFor();
    await look(page, 'run-list');
    await page.getByRole('button', { name: /Put here/ }).click();
    const question = page.getByRole('form', { name: 'The agent needs your decision' });
    await question.getByText('Nobody knows whether it took effect.').waitFor();
    await page.getByText('The agent needs your decision').first().waitFor();
    await look(page, 'run-question');
    await question.getByLabel(/Note/).fill('it was there');
    await question.getByRole('button', { name: 'It happened' }).click();
    await conversation().getByText('Ada Lovelace answered: it happened, “it was there”').waitFor();
    assert.equal((await ada.call(getRun, { params: { runId: first } })).body.events.filter(({ type }) => type === 'answer').length, 1);

    const second = await put('waiting', unknownOutcome);
    await page.route('**/answers', async (route) => {
      await ada.call(answerQuestion, { params: { runId: second }, body: { callId: 'call-1', choice: 'skip' } });
      await route.continue();
    });
    await open(second);
    await question.getByRole('button', { name: 'Try again' }).click();
    await conversation().getByText('Ada Lovelace answered: skip it').waitFor();
    await page.unroute('**/answers');
  });

  it('says what to do about a failure, and continues with a larger budget', async () => {
    const [message, step] = failedLog as [EventData, EventData];
    const end: EventData = { type: 'end', data: { status: 'failed' } };
    const error: EventData = {
      type: 'error',
      data: { code: 'budget_reached', message: 'The run has used its budget of 1 step. Raise the budget to let it go on.' },
    };
    const stepEnd: EventData = { type: 'step_end', data: { step: 1, finish: 'stop', inputTokens: 10, outputTokens: 5, cost: 0 } };
    const spent = await put('failed', [message, step, stepEnd, error, end]);
    await query(testServer.databaseUrl, `update runs set budget = '{"steps": 1}' where id = $1`, [spent]);
    await open(spent);
    await page.getByText('1 of 1').waitFor();
    await look(page, 'run-budget');
    await page.getByRole('button', { name: 'Raise the budget' }).click();
    const dialog = page.getByRole('dialog', { name: 'Raise the budget' });
    assert.equal(await dialog.getByLabel('Steps').inputValue(), '2');
    await dialog.getByLabel('Steps').fill('0.5');
    await dialog.getByRole('button', { name: 'Go on' }).click();
    await dialog.getByText('Use a whole number.').waitFor();
    await dialog.getByLabel('Steps').fill('9');
    await look(page, 'run-raise');
    await dialog.getByRole('button', { name: 'Go on' }).click();
    await page.getByText('Ada Lovelace let the run go on from where it broke off.').waitFor();
    await page.getByText('The agent is done').waitFor();

    const refused = await put('failed', [
      message,
      step,
      { type: 'error', data: { code: 'provider_refused', message: 'The provider refused the key. Correct it in the settings.' } },
      end,
    ]);
    await open(refused);
    await page.getByText('This answer broke off.').waitFor();
    assert.equal(await page.getByRole('link', { name: 'Model settings' }).getAttribute('href'), '/settings/models');
    await page.getByRole('button', { name: 'Retry' }).click();
    await page.getByText('The agent is done').waitFor();

    const down = await put('failed', [
      message,
      step,
      { type: 'error', data: { code: 'provider_failed', message: 'It failed (500).' } },
      end,
    ]);
    await open(down);
    await page.getByRole('button', { name: 'Try another model' }).click();
    const retry = page.getByRole('dialog', { name: 'Retry with another model' });
    await retry.getByLabel('Model').selectOption('server/test');
    await retry.getByRole('button', { name: 'Retry' }).click();
    await page.getByText('The agent is done').waitFor();
    assert.equal((await ada.call(getRun, { params: { runId: down } })).body.run.model, 'server/test');
    // It changed no file, so there is nothing to undo.
    await page.getByRole('button', { name: 'More about this run' }).click();
    await page.getByRole('menuitem', { name: 'Copy link' }).waitFor();
    assert.equal(await page.getByRole('menuitem', { name: 'Undo all changes' }).count(), 0);
    await page.keyboard.press('Escape');
  });

  it('shows all sorts of tools, and a long result in full', async () => {
    const runId = await put('done', everyTool);
    await open(runId);
    await page.getByText('The agent is done').waitFor();
    for (const summary of await conversation().locator('.tool summary').all()) await summary.click();
    await conversation().getByText('Post', { exact: true }).waitFor();
    await conversation().getByText('grep -c plan').last().waitFor();
    await conversation()
      .getByRole('button', { name: /Show more/ })
      .click();
    await conversation()
      .getByText(/^6789012345/)
      .first()
      .waitFor();
    await look(page, 'run-tools', 1800);
  });

  it('logs no console errors, and loads nothing from elsewhere', () => {
    assert.deepEqual(complaints, []);
  });
});
