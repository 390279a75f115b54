import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { currentUser } from '#features/accounts/contract.ts';
import { isOperator } from '#features/accounts/operator.ts';
import { query } from '../../../test/harness/database.ts';
import { eventually } from '../../../test/harness/eventually.ts';
import { makeOperator } from '../../../test/harness/roles.ts';
import { createBrowser, type Person, signUp, startTestServer, type TestServer } from '../../../test/harness/test-server.ts';
import { buildReport, kinds } from '../../../test/load-reports/build.ts';
import { deleteLoadReport, getLoadReport, listLoadReports } from './contract.ts';
import { loadReport, loadReportSummary } from './load-report.ts';
import { storeLoadReport } from './server/load-reports.ts';
import { summarize } from './summarize.ts';

describe('load reports', () => {
  let testServer: TestServer;
  let founder: Person;
  before(async () => {
    testServer = await startTestServer();
    founder = await signUp(testServer, 'The founder');
  });
  after(() => testServer.close());

  const keep = (report = buildReport()) => storeLoadReport(testServer.features.db, report).then(() => report);
  const list = async (search: { before?: string; limit?: number } = {}) => (await founder.call(listLoadReports, { query: search })).body;

  it('are kept whole, whatever the test', async () => {
    for (const kind of kinds) {
      const report = await keep(buildReport(kind));
      assert.deepEqual((await founder.call(getLoadReport, { params: { reportId: report.id } })).body.report, report, kind);
    }
  });

  it('are kept once, also when handed in again', async () => {
    const report = await keep();
    await keep({ ...report, headline: 'Another one.' });
    assert.equal((await list()).reports.filter(({ id }) => id === report.id).length, 1);
    assert.equal((await founder.call(getLoadReport, { params: { reportId: report.id } })).body.report.headline, report.headline);
  });

  it('are listed with the newest first, and on from any of them', async () => {
    const ids = [];
    for (const day of ['03', '01', '02'])
      ids[Number(day)] = (await keep(buildReport('load', { startedAt: `2027-01-${day}T00:00:00Z` }))).id;
    const first = await list({ limit: 2 });
    assert.deepEqual([first.reports.map(({ id }) => id), first.more], [[ids[3], ids[2]], true]);
    assert.equal((await list({ before: ids[2] ?? '', limit: 1 })).reports[0]?.id, ids[1]);
    assert.deepEqual(await list({ before: randomUUID() }), { reports: [], more: false });
  });

  it('are deleted for good', async () => {
    const { id: reportId } = await keep();
    await founder.call(deleteLoadReport, { params: { reportId } });
    for (const contract of [getLoadReport, deleteLoadReport])
      await assert.rejects(founder.call(contract, { params: { reportId } }), { status: 404, code: 'not_found' });
  });

  it('are for operators only: 403 for other people, 401 without a session', async () => {
    const { id: reportId } = await keep();
    const other = await signUp(testServer);
    const ask = (person: Pick<Person, 'call'>) => [
      person.call(listLoadReports, {}),
      person.call(getLoadReport, { params: { reportId } }),
      person.call(deleteLoadReport, { params: { reportId } }),
    ];
    for (const asked of ask(other)) await assert.rejects(asked, { status: 403, code: 'operator_only' });
    for (const asked of ask(createBrowser(testServer.origin))) await assert.rejects(asked, { status: 401 });
  });

  it('are shown to operators, for as long as they are', async () => {
    const person = await signUp(testServer, 'An admin');
    const seesThem = () =>
      person.call(listLoadReports, {}).then(
        () => true,
        () => false,
      );
    assert.equal(await seesThem(), false);
    await makeOperator(testServer, person);
    await eventually('they see the load reports', seesThem);
    await query(testServer.databaseUrl, 'update users set operator = false where id = $1', [person.id]);
    await eventually('they see the load reports no longer', async () => !(await seesThem()));
    assert.ok(!isOperator((await person.call(currentUser, {})).body.user));
  });
});

describe('a report made for tests', () => {
  it('is what the load tests write', () => {
    for (const kind of kinds) assert.doesNotThrow(() => loadReport.parse(buildReport(kind)), kind);
  });
});

describe('the summary of a report', () => {
  it('has the worst p95 of the steps with a latency target, and the shares', () => {
    const report = buildReport('failed');
    const { p95, errorRate, requestsPerSecond, holds } = loadReportSummary.parse(summarize(report));
    assert.equal(p95, Math.max(...report.steps.filter(({ paced }) => !paced).map((step) => step.p95)));
    assert.equal(errorRate, report.total.errors / report.total.requests);
    assert.equal(requestsPerSecond, report.total.requests / report.seconds);
    assert.equal(holds, null);
  });

  it('of a stress test has the figures at the users that held', () => {
    const report = buildReport('stress');
    const stage = report.stress?.stages.findLast(({ users }) => users === report.stress?.holds);
    const { p95, requestsPerSecond, holds } = summarize(report);
    assert.deepEqual([p95, requestsPerSecond, holds], [stage?.p95, stage?.requestsPerSecond, report.stress?.holds]);
    assert.ok(p95 < 500);
  });

  it('of a report in which nothing was answered has zeros', () => {
    const { p95, errorRate, requestsPerSecond } = loadReportSummary.parse(summarize(buildReport('empty')));
    assert.deepEqual([p95, errorRate, requestsPerSecond], [0, 0, 0]);
  });
});
