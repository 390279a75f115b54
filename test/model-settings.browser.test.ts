/** The screen for an organization's model settings, in a real browser. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { findBarriers, look, openBrowser, openPage } from './harness/browser.ts';
import { openModelServer } from './harness/model-server.ts';
import { makeOperator, setRole } from './harness/roles.ts';
import { type Person, signUp, startTestServer, type TestServer } from './harness/test-server.ts';

const LONG_KEY = 'sk-0123456789abcdef-wxyz';

describe('the settings of models', () => {
  let models: Awaited<ReturnType<typeof openModelServer>>;
  let testServer: TestServer;
  let browser: Browser;
  let person: Person;
  let page: Page;
  let complaints: string[];
  before(async () => {
    const listed = [
      { id: 'qwen3-coder', max_model_len: 262_144 },
      { id: 'llama-4-scout', max_model_len: 131_072 },
      { id: 'vendor/priced-model', context_length: 1_000_000, pricing: { prompt: '0.000003', completion: '0.000015' } },
    ];
    models = await openModelServer(() => ['Hello.'], { models: listed });
    testServer = await startTestServer();
    browser = await openBrowser();
    person = await signUp(testServer);
    await makeOperator(testServer, person);
    ({ page, complaints } = await enter(person));
  });
  after(async () => {
    await browser.close();
    await testServer.close();
    await models.close();
  });

  /** A browser in which a person is signed in. */
  async function enter(who: Person) {
    const opened = await openPage(browser);
    const cookies = [...who.browser.cookies].map(([name, value]) => ({ name, value, url: testServer.origin }));
    await opened.context.addCookies(cookies);
    return opened;
  }
  const dialog = () => page.getByRole('dialog');
  const key = () => dialog().getByRole('textbox', { name: 'Key' });
  const row = (name: string) => page.getByRole('row', { name: new RegExp(name) });

  it('say what to do if there is no provider yet', async () => {
    await page.goto(`${testServer.origin}/settings/models`);
    await page.getByRole('heading', { name: 'No provider yet' }).waitFor();
    await row('Practice model').waitFor();
    await look(page, 'models-empty');
  });

  it('name what is wrong with a provider beside its field', async () => {
    await page.getByRole('button', { name: 'Add a provider' }).click();
    await dialog().getByRole('button', { name: 'Add provider' }).click();
    await dialog().getByText('Enter the key.').waitFor();
    await dialog().getByLabel('Kind').selectOption('OpenAI-compatible server');
    await dialog().getByLabel('Name').fill('Our models');
    await dialog().getByRole('button', { name: 'Add provider' }).click();
    await dialog()
      .getByText(/Enter the address of the server/)
      .waitFor();
    assert.deepEqual(await findBarriers(page), []);
    await look(page, 'models-add');
  });

  it('take a provider, ask it for its models, and never show its key again', async () => {
    await dialog().getByLabel('Address').fill(models.url);
    const field = key();
    assert.equal(await field.getAttribute('type'), 'password');
    await field.fill(LONG_KEY);
    await dialog().getByRole('button', { name: 'Add provider' }).click();
    await page.getByText('It answers, with 3 models.').waitFor();
    await page.getByText('key that ends in wxyz').waitFor();
    await row('qwen3-coder').waitFor();
    assert.ok(!(await page.content()).includes(LONG_KEY.slice(0, 12)));
    await look(page, 'models');
    await page.getByRole('button', { name: 'Actions for Our models' }).click();
    await page.getByRole('menuitem', { name: 'Edit' }).click();
    assert.equal(await key().inputValue(), '');
    await look(page, 'models-edit');
    await dialog().getByRole('button', { name: 'Cancel' }).click();
  });

  it('say why a provider cannot be reached', async () => {
    await page.getByRole('button', { name: 'Actions for Our models' }).click();
    await page.getByRole('menuitem', { name: 'Edit' }).click();
    await dialog().getByLabel('Address').fill(`${models.url}/wrong`);
    await dialog().getByRole('button', { name: 'Save' }).click();
    await dialog()
      .getByText(/Enter the key again/)
      .waitFor();
    await key().fill(LONG_KEY);
    await dialog().getByRole('button', { name: 'Save' }).click();
    await page
      .getByRole('status')
      .getByText(/Our models has nothing at this address \(404\)/)
      .waitFor();
    await look(page, 'models-unreachable');
    await page.getByRole('button', { name: 'Actions for Our models' }).click();
    await page.getByRole('menuitem', { name: 'Edit' }).click();
    await dialog().getByLabel('Address').fill(models.url);
    await key().fill(LONG_KEY);
    await dialog().getByRole('button', { name: 'Save' }).click();
    await page.getByText('It answers, with 3 models.').waitFor();
    await dialog().waitFor({ state: 'detached' });
  });

  it('keep which models are allowed, the default, the fallback and the prices', async () => {
    const save = page.getByRole('button', { name: 'Save', exact: true });
    assert.ok(await save.isDisabled());
    await page.getByLabel('Only those that are marked').check();
    await page.getByLabel('Filter models').fill('llama');
    await page.getByRole('button', { name: 'Mark none of these' }).click();
    await page.getByLabel('Filter models').fill('');
    await page.getByLabel('Default model').selectOption('our-models/qwen3-coder');
    await page.getByLabel('Fallback model').selectOption('practice');
    await page.getByLabel('qwen3-coder, price in').fill('0,5');
    await page.getByText('Enter both prices as numbers').waitFor();
    assert.ok(await save.isDisabled());
    await page.getByLabel('qwen3-coder, price out').fill('2');
    await look(page, 'models-settings', 1100);
    await save.click();
    await page.getByText('The model settings are saved.').waitFor();
    await page.reload();
    await row('qwen3-coder').waitFor();
    assert.equal(await page.getByLabel('Default model').inputValue(), 'our-models/qwen3-coder');
    assert.equal(await page.getByLabel('Fallback model').inputValue(), 'practice');
    assert.equal(await page.getByLabel('qwen3-coder, price in').inputValue(), '0.5');
    assert.ok(!(await page.getByLabel('Allow llama-4-scout').isChecked()));
    assert.ok(await page.getByLabel('Allow qwen3-coder').isChecked());
  });

  it('show members what they may use, and say who can change it', async () => {
    await setRole(testServer, person, 'member');
    await page.reload();
    await page.getByText('Admins of your organization add them.').waitFor();
    await row('qwen3-coder').getByText('Default').waitFor();
    assert.equal(await row('llama-4-scout').count(), 0);
    await look(page, 'models-member');
    await setRole(testServer, person, 'owner');
  });

  it('let a provider be deleted', async () => {
    await page.reload();
    await page.getByRole('button', { name: 'Actions for Our models' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await dialog().getByRole('button', { name: 'Delete provider' }).click();
    await page.getByText('Our models is deleted.').waitFor();
    await page.getByText('Allowed and not there at the moment:').waitFor();
    await look(page, 'models-deleted');
  });

  it('are reached from the sidebar and the palette, without errors', async () => {
    await page.goto(testServer.origin);
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Settings' }).click();
    const settings = page.getByRole('navigation', { name: 'Organization settings' });
    await settings.getByRole('link', { name: 'Models' }).click();
    await page.getByRole('heading', { level: 1, name: 'Models' }).waitFor();
    assert.equal(await settings.getByRole('link', { name: 'Models' }).getAttribute('aria-current'), 'page');
    assert.deepEqual(complaints, []);
  });
});
