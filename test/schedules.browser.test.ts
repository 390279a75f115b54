import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { archiveAgent, createAgent } from '#features/agents/contract.ts';
import { getSchedule, listAllSchedules } from '#features/schedules/contract.ts';
import { look, openBrowser, openPage } from './harness/browser.ts';
import { query } from './harness/database.ts';
import { setRole } from './harness/roles.ts';
import { newProject, type Person, signUp, startTestServer, type TestServer } from './harness/test-server.ts';

describe('schedules in a browser', { timeout: 240_000 }, () => {
  let testServer: TestServer;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let complaints: string[];
  let person: Person;
  let agentId: string;
  before(async () => {
    testServer = await startTestServer();
    browser = await openBrowser();
    ({ page, context, complaints } = await openPage(browser));
    person = await signUp(testServer);
    const cookies = [...person.browser.cookies].map(([name, value]) => ({ name, value, url: testServer.origin }));
    await context.addCookies(cookies);
    await newProject(person, 'Handbook');
    agentId = (await person.call(createAgent, { body: { name: 'Proofreader', instructions: 'Read.', model: 'practice' } })).body.agent.id;
  });
  after(async () => {
    await browser.close();
    await testServer.close();
  });

  const schedules = async () => (await person.call(listAllSchedules, {})).body.schedules;
  const next = () => page.getByRole('status').filter({ hasText: 'The next times' });

  it('shows an empty list that leads to a new schedule', async () => {
    await page.goto(`${testServer.origin}/schedules`);
    await page.getByText('No schedules yet').waitFor();
    await look(page, 'no-schedules');
    await page.getByRole('link', { name: 'New schedule' }).first().click();
    await page.getByRole('heading', { name: 'New schedule' }).waitFor();
  });

  it('describes the next times in words during input', async () => {
    await page.getByLabel('Time zone').fill('Europe/Berlin');
    await page.getByLabel('Time', { exact: true }).fill('07:30');
    await next().getByText('Every weekday at 07:30').waitFor();
    assert.equal(await next().getByRole('listitem').count(), 5);
    assert.match(
      (await next().getByRole('listitem').first().textContent()) ?? '',
      /^(Mon|Tues|Wednes|Thurs|Fri)day.* at 07:30 (CET|CEST|GMT\+[12])/,
    );
    await page.getByLabel('How often').selectOption('Every week');
    await page.getByLabel('Thursday').check();
    await next().getByText('Every Monday and Thursday at 07:30').waitFor();
    await page.getByLabel('How often').selectOption('Every month');
    await page.getByLabel('Day', { exact: true }).selectOption('31');
    await page.getByText('Months without this day are left out.').waitFor();
    await page.getByLabel('Day', { exact: true }).selectOption('the last');
    await next().getByText('On the last day of every month at 07:30').waitFor();
  });

  it('says what is wrong with a cron expression, and in which field', async () => {
    await page.getByLabel('How often').selectOption('As a cron text says');
    assert.equal(await page.getByLabel('Cron text').inputValue(), '30 7 L * *');
    await page.getByLabel('Cron text').fill('30 27 * * *');
    await page.getByText('In the field hour: 27 does not fit. Use 0 to 23.').waitFor();
    await page.getByLabel('Time zone').fill('Europe/Berlim');
    await page.getByText('There is no such time zone.').waitFor();
    await look(page, 'schedule-problems', 1500);
    await page.getByLabel('Cron text').fill('0 9 * * 1-5');
    await page.getByLabel('Time zone').fill('Europe/Berlin');
    await page.getByRole('button', { name: 'Create schedule' }).click();
    await page.getByText('Say what the run is to do.').waitFor();
  });

  it('creates a schedule with a goal, an agent, a level and a budget', async () => {
    await page.getByLabel('What to do').fill('Read yesterday’s notes and write a summary to summary.md');
    await page.getByLabel('This is a goal').check();
    await page.getByLabel('Constraints').fill('Change nothing else\nBe short');
    await page.getByLabel('Agent', { exact: true }).selectOption('Proofreader');
    await page.getByLabel('Steps').fill('20');
    await page.getByLabel('Name').fill('Morning summary');
    await look(page, 'new-schedule', 1700);
    await page.getByRole('button', { name: 'Create schedule' }).click();
    await page.getByRole('heading', { name: 'Morning summary' }).waitFor();
    const [entry] = await schedules();
    const { schedule } = (await person.call(getSchedule, { params: { scheduleId: entry?.id ?? '' } })).body;
    assert.deepEqual(
      [schedule.cron, schedule.timezone, schedule.goal, schedule.agent?.name, schedule.budget],
      ['0 9 * * 1-5', 'Europe/Berlin', { constraints: ['Change nothing else', 'Be short'] }, 'Proofreader', { steps: 20 }],
    );
    await page.getByText('Nothing yet').waitFor();
  });

  it('runs now, and links to the run', async () => {
    await page.getByRole('button', { name: 'Run now' }).click();
    await page.getByText('Started by hand').waitFor();
    const link = page.getByRole('region', { name: 'History' }).getByRole('link').first();
    assert.match((await link.getAttribute('href')) ?? '', /^\/projects\/.*\?run=/);
  });

  it('shows in the history what was missed, was skipped and could not start', async () => {
    const [schedule] = await schedules();
    const insert = `insert into schedule_occurrences (schedule_id, due_at, at, status, reason, missed, missed_since) values
      ($1, now() - interval '1 day', now(), 'skipped', 'The run before, “Read yesterday’s notes”, was still going.', null, null),
      ($1, now() - interval '2 days', now(), 'failed', 'Proofreader is archived. Restore it first, or take another agent.', null, null),
      ($1, now() - interval '3 days', now(), 'missed', 'No server could see to it in time.', 3, now() - interval '5 days')`;
    await query(testServer.databaseUrl, insert, [schedule?.id]);
    await page.reload();
    await page.getByText(/^Missed 3 times, from /).waitFor();
    await page.getByText('Not started').waitFor();
    await look(page, 'schedule', 1100);
  });

  it('edits in place, and says whose change was first', async () => {
    await page.getByRole('button', { name: 'More for Morning summary' }).click();
    await page.getByRole('menuitem', { name: 'Edit' }).click();
    await page.getByLabel('How often').selectOption('Every day');
    await page.getByLabel('Start one run as soon as a server is there again').check();
    const [schedule] = await schedules();
    await query(testServer.databaseUrl, `update schedules set version = version + 1, name = 'Theirs' where id = $1`, [schedule?.id]);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Someone changed this schedule meanwhile').waitFor();
    await page.getByRole('heading', { name: 'Theirs' }).waitFor();
    await page.getByRole('button', { name: 'Take theirs' }).click();
    await page.getByLabel('Name').fill('Morning summary');
    await page.getByLabel('How often').selectOption('Every day');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Morning summary is changed.').waitFor();
    await page.getByText('Every day at 09:00').waitFor();
    assert.equal((await schedules())[0]?.cron, '0 9 * * *');
  });

  it('pauses with an undo, and says so', async () => {
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('It is paused since').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('button', { name: 'Pause' }).waitFor();
  });

  it('says what prevents it from starting', async () => {
    await person.call(archiveAgent, { params: { agentId } });
    const [schedule] = await schedules();
    await query(testServer.databaseUrl, 'update schedules set user_id = null where id = $1', [schedule?.id]);
    await page.reload();
    await page.getByText('Its agent Proofreader is archived.').waitFor();
    await page.getByText('who is no member any more').waitFor();
    await look(page, 'schedule-conditions', 1100);
    await query(testServer.databaseUrl, 'update schedules set agent_id = null where id = $1', [schedule?.id]);
    await page.getByRole('button', { name: 'Let it work on my behalf' }).click();
    await page.getByText('works on your behalf from now on').waitFor();
    assert.equal((await schedules())[0]?.onBehalfOf.id, person.id);
  });

  it('lists what is due next, in words', async () => {
    const [schedule] = await schedules();
    const copy = `insert into schedules (id, project_id, name, cron, timezone, message, level, missed, overlap, user_id, next_at, paused_at)
      select gen_random_uuid(), project_id, n, c, timezone, message, level, missed, overlap, user_id, next_at + interval '1 hour', case when p then now() end
      from schedules, (values ('Every quarter of an hour', '*/15 * * * *', false), ('Odd hours of spring and autumn, for the garden and everything around it', '7 1-23/2 * 3-5,9-11 *', false), ('Resting', '0 8 1 * *', true)) as v (n, c, p)
      where id = $1`;
    await query(testServer.databaseUrl, copy, [schedule?.id]);
    await page.getByRole('link', { name: 'Schedules' }).first().click();
    await page.getByRole('link', { name: 'Resting' }).waitFor();
    await page.getByText('Every 15 minutes (Europe/Berlin)').waitFor();
    await look(page, 'schedules');
    await page.getByLabel('Project', { exact: true }).selectOption('Handbook');
    await page.getByText('Every 15 minutes (Europe/Berlin)').waitFor();
    assert.ok(new URL(page.url()).searchParams.has('project'));
  });

  it('deletes by name', async () => {
    await page.getByRole('button', { name: 'More for Resting' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    assert.ok(await page.getByRole('button', { name: 'Delete schedule' }).isDisabled());
    await page.getByLabel('Type Resting to confirm').fill('Resting');
    await page.getByRole('button', { name: 'Delete schedule' }).click();
    await page.getByText('Resting is deleted.').waitFor();
    await page.getByRole('link', { name: 'Resting' }).waitFor({ state: 'detached' });
  });

  it('shows a viewer everything, and no action they cannot take', async () => {
    await setRole(testServer, person, 'viewer');
    await page.goto(`${testServer.origin}/schedules`);
    await page.getByRole('link', { name: 'Morning summary' }).waitFor();
    assert.equal(await page.getByRole('link', { name: 'New schedule' }).count(), 0);
    assert.equal(await page.getByRole('button', { name: 'More for Morning summary' }).count(), 0);
    await page.getByRole('link', { name: 'Morning summary' }).click();
    await page.getByText('Missed 3 times').waitFor();
    for (const name of ['Run now', 'Pause']) assert.equal(await page.getByRole('button', { name }).count(), 0, name);
    await setRole(testServer, person, 'owner');
  });

  it('says if there is no such schedule', async () => {
    await page.goto(`${testServer.origin}/schedules/${randomUUID()}`);
    await page.getByText('This schedule does not exist').waitFor();
    await look(page, 'schedule-missing');
  });

  it('logs no console errors, and loads nothing from elsewhere', () => assert.deepEqual(complaints, []));
});
