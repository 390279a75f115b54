import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildReport } from '../../test/load-reports/build.ts';
import { type Costs, capacityFor, costsOf, guidePool } from './capacity.ts';
import { explainPlan, explainReach } from './capacity-plan.ts';

const costs: Costs = {
  users: 1000,
  perUser: 0.3,
  think: 3000,
  serverMs: 2,
  databaseMs: 1,
  connectionMs: 4,
  processMemory: 120e6,
  userMemory: 50_000,
  saves: 0.1,
  runs: 0.05,
  fit: { lambda: 0.3, sigma: 0.0002, kappa: 1e-7, r2: 0.99, peakUsers: 3162 },
};

describe('the capacity for so many users', () => {
  const of = (users: number, { think = 3000, cores = 2, ...changes }: Partial<Costs> & { cores?: number } = {}) =>
    capacityFor({ ...costs, ...changes }, { users, think, cores });

  it('is requests times what each costs, at 60 % utilisation, in processes of one core', () => {
    const { requestsPerSecond, serverCores, databaseCores, processes } = of(900);
    assert.deepEqual(
      [requestsPerSecond, serverCores, databaseCores, processes].map((value) => Number(value?.toFixed(6))),
      [270, 0.54, 0.27, 1],
    );
    assert.equal(of(1000).processes, 1);
    assert.equal(of(1001).processes, 2);
  });

  it('has one server more than it needs, and spreads the processes over those it needs', () => {
    const fewer = of(400);
    assert.deepEqual([fewer.serversNeeded, fewer.servers, fewer.processesOfServer, fewer.allProcesses], [1, 2, 1, 2]);
    const more = of(1000, { serverMs: 12 });
    assert.deepEqual([more.processes, more.serversNeeded, more.servers, more.processesOfServer, more.allProcesses], [6, 3, 4, 2, 8]);
  });

  it('asks half as much of people who think twice as long', () => {
    const slow = of(1000, { think: 6000 });
    assert.equal(slow.requestsPerSecond, 150);
    assert.equal(slow.equivalent, 500);
  });

  it('has pools for the connections in use by Little’s law, and room for their peaks', () => {
    const { held, inUseByProcess, pool, connections, maxConnections } = of(1000, { connectionMs: 40 });
    assert.deepEqual([held, inUseByProcess], [12, 12]);
    assert.equal(pool, Math.ceil(12 + 3.1 * Math.sqrt(12)) + 1);
    assert.equal(connections, 2 * (24 + 1));
    assert.equal(maxConnections, 60);
    assert.equal(of(10).pool, 5);
  });

  it('takes more for each request beyond what was measured, as the Universal Scalability Law says, and nothing more up to there', () => {
    assert.equal(of(1000).contention, 1);
    assert.ok(of(2000).contention > 1.2);
    assert.equal(of(2000, { fit: null }).contention, 1);
    assert.deepEqual([of(1000).beyond, of(1001).beyond, of(3163).beyond], ['measured', 'law', 'peak']);
  });

  it('leaves open what could not be seen', () => {
    const { serverCores, servers, pool, serverMemory, maxConnections, requestsPerSecond } = of(400, { serverMs: null, connectionMs: null });
    assert.deepEqual([serverCores, servers, pool, serverMemory, maxConnections], [null, null, null, null, null]);
    assert.equal(requestsPerSecond, 120);
  });
});

describe('the costs that a stress test tells', () => {
  it('are those at the most users that held', () => {
    const report = buildReport('stress');
    const stage = report.stress?.stages.findLast(({ users }) => users === report.stress?.holds);
    const found = costsOf(report);
    assert.equal(found.users, report.stress?.holds);
    assert.equal(found.serverMs, ((stage?.resources.serverCpu ?? 0) / (stage?.requestsPerSecond ?? 1)) * 1000);
    assert.ok(Math.abs(found.saves - 0.12) < 0.001);
    assert.ok((found.userMemory ?? 0) > 10_000 && (found.processMemory ?? 0) > 100e6);
  });

  it('cannot be had where nothing held', () => {
    const report = buildReport('stress');
    assert.throws(() => costsOf({ ...report, stress: report.stress && { ...report.stress, holds: 0 } }), /nothing to plan with/);
    assert.throws(() => costsOf(buildReport('load')), /nothing to plan with/);
  });
});

describe('the plan', () => {
  const question = { users: 400, think: 3000, cores: 4 };

  it('shows the arithmetic of every figure', () => {
    const rows = explainPlan(costs, question);
    const find = (name: string) => rows.find(([each]) => each === name)?.slice(1);
    assert.deepEqual(find('requests'), ['120 requests/s', '400 users × 0.30 requests/s each']);
    assert.deepEqual(find('server CPU'), ['0.40 cores', '120 requests/s × 2 ms = 0.24 cores, at 60 %']);
    assert.deepEqual(find('servers'), ['2', '1 process / 4 cores a server = 1, and one that may fail (N+1)']);
    assert.match(find('PG_POOL_MAX')?.[1] ?? '', /the guide, in all: 30-50/);
    for (const [name, answer, arithmetic] of rows)
      assert.ok(answer !== '' && arithmetic !== '' && !/NaN|null|undefined/.test(answer + arithmetic), name);
  });

  it('says so where something was not seen', () => {
    const unseen = { ...costs, serverMs: null, databaseMs: null, connectionMs: null, processMemory: null, userMemory: null };
    const rows = explainPlan(unseen, question);
    assert.deepEqual(rows.find(([name]) => name === 'server CPU')?.[1], '?');
    assert.equal(rows.find(([name]) => name === 'PG_POOL_MAX')?.[1], '20');
  });

  it('says how far it can be believed, and when more servers would not help', () => {
    assert.match(explainReach(costs, question), /^400 users are within what was measured: 1,000 held/);
    assert.match(explainReach(costs, { ...question, users: 2000 }), /Universal Scalability Law was used to go on/);
    assert.match(explainReach(costs, { ...question, users: 5000 }), /more than one database carries.*beyond 3,162 users/);
    assert.match(explainReach(costs, { ...question, think: 1000 }), /as much as 1,200 at 3 s of thought/);
  });

  it('has the scaling guide’s pool sizes', () => {
    assert.deepEqual([10, 25, 50, 99, 100, 5000].map(guidePool), ['5-10', '10-20', '20-30', '20-30', '30-50', '30-50']);
  });
});
