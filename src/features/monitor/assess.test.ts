import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { assess, concerns } from './client/monitor/assess.ts';
import type { MonitorReply, MonitorSeries } from './monitor-contract.ts';

const HOUR = 60;
const constant = (value: number | null) => Array.from({ length: HOUR }, () => value);
/** Constant, but for some values at the end. */
const ending = (value: number, ...last: number[]) => [...constant(value).slice(last.length), ...last];

const quiet: MonitorSeries = {
  ...(Object.fromEntries(
    ['p50', 'p95', 'p99', 'requests', 'errors', 'poolWaitP95', 'loopDelay', 'loopBusy', 'cpu', 'sessions', 'streams', 'working'].map(
      (name) => [name, constant(0)],
    ),
  ) as unknown as MonitorSeries),
  poolUsed: constant(3),
  poolMax: constant(20),
  memory: constant(200e6),
  heap: constant(90e6),
  runs: {},
  refused: {},
  busy: {},
  dueTimes: {},
  modelCalls: {},
  modelCost: constant(0),
  queues: {},
  oldest: {},
  cacheHits: {},
  signInsFailed: constant(0),
  restarts: constant(0),
  notificationsGivenUp: constant(0),
  jobsFailed: constant(0),
  lag: constant(null),
  databaseBytes: constant(1e9),
};

const server = { name: 'a:5000', version: '1', processes: 2, startedAt: '', lastSeenAt: '', reports: true };

const reply = (series: Partial<MonitorSeries>, more: Partial<MonitorReply> = {}): MonitorReply => ({
  range: 'hour',
  step: 60,
  times: [],
  series: { ...quiet, ...series },
  routes: [],
  servers: [server],
  statements: [],
  tables: [],
  ...more,
});
const found = (series: Partial<MonitorSeries>, more?: Partial<MonitorReply>) =>
  concerns(assess(reply(series, more))).map(({ topic, status, text }) => [topic, status, text.split(/\.(?!\d)/)[0]]);

describe('whether all is well', () => {
  it('is so while nothing exceeds its bound', () => assert.deepEqual(found({}), []));

  it('is so despite a single slow minute, which is mentioned', () => {
    const series = { p95: ending(20, 900, 20) };
    assert.deepEqual(found(series), []);
    assert.equal(assess(reply(series)).responses.text, 'The p95 was above 500 ms in 1 of 60 minutes.');
  });

  it('is a matter to look into once more than a twentieth of the time was slow', () => {
    const series = { p95: ending(20, 900, 900, 900, 900, 20, 20) };
    assert.deepEqual(found(series), [['responses', 'warning', 'The p95 was above 500 ms in 4 of 60 minutes']]);
  });

  it('is a matter to act on while it is slow, and that comes first', () => {
    const series = { p95: ending(20, 900, 900), errors: ending(0, 0.02, 0.02, 0.02, 0.02, 0, 0) };
    assert.deepEqual(
      found(series).map(([topic, status]) => [topic, status]),
      [
        ['responses', 'bad'],
        ['errors', 'warning'],
      ],
    );
  });

  it('takes connections in use and the wait for one together', () => {
    assert.deepEqual(found({ poolUsed: ending(3, 20, 20) }), [
      ['pool', 'bad', 'More than 90 % of the connections were in use in 2 of 60 minutes'],
    ]);
    assert.deepEqual(found({ poolWaitP95: ending(1, 300, 300) }), [
      ['pool', 'bad', 'Requests waited more than 100 ms for a connection in 2 of 60 minutes'],
    ]);
  });

  it('notices memory and sessions that only rise', () => {
    const day = { range: 'day' } as const;
    const rising = Array.from({ length: HOUR }, (_, i) => 100e6 + i * 5e6);
    assert.deepEqual(found({ memory: rising }, day), [['memory', 'warning', 'It rose from 129 MB to 343 MB']]);
    assert.deepEqual(found({ sessions: Array.from({ length: HOUR }, (_, i) => 10 + i) }, day), [
      ['sessions', 'warning', 'They rose from 17 to 62'],
    ]);
  });

  it('takes the memory and the sessions of a morning, and of the hours after the first start, for no growth', () => {
    const rising = Array.from({ length: HOUR }, (_, i) => 100e6 + i * 5e6);
    assert.deepEqual(found({ memory: rising, sessions: rising }), []);
    const started = rising.map((value, i) => (i < HOUR / 2 ? null : value));
    assert.deepEqual(found({ memory: started, sessions: started }, { range: 'day' }), []);
  });

  it('names the queue in which something waits, and how many requests were over a limit', () => {
    assert.deepEqual(found({ oldest: { runs: ending(0, 400, 460), jobs: constant(20) } }), [
      ['queues', 'bad', 'The oldest of the runs waited more than 120 s in 2 of 60 minutes'],
    ]);
    assert.deepEqual(found({ requests: constant(1), refused: { api: constant(12) } }), [
      ['limits', 'warning', '720 requests were over a limit (20 %)'],
    ]);
  });

  it('says how many requests were refused because there was too much to do', () => {
    assert.deepEqual(found({ requests: constant(10), busy: { read: ending(0, 180), bulk: ending(0, 180) } }), [
      ['overload', 'warning', '360 requests were refused because there was too much to do (1.0 %)'],
    ]);
    assert.deepEqual(found({ requests: constant(1), busy: { read: constant(6) } }), [
      ['overload', 'bad', '360 requests were refused because there was too much to do (10 %)'],
    ]);
  });

  it('notices processes that were replaced and notifications that were given up, and jobs that fail again and again', () => {
    assert.deepEqual(found({ restarts: ending(0, 1, 0) }), [['failures', 'warning', 'A process ended or hung, and was replaced']]);
    assert.deepEqual(found({ notificationsGivenUp: ending(0, 2, 1) }), [['failures', 'warning', '3 notifications were given up']]);
    assert.deepEqual(found({ jobsFailed: ending(0, 1, 2, 1) }), [['failures', 'warning', 'Recurring jobs failed 4 times']]);
    const once = { jobsFailed: ending(0, 1, 0) };
    assert.deepEqual(found(once), []);
    assert.equal(assess(reply(once)).failures.text, 'A recurring job failed once.');
  });

  it('notices models that fail, standbys that are behind, and tables full of dead rows', () => {
    assert.deepEqual(found({ modelCalls: { done: constant(4), failed: constant(1) } }), [
      ['models', 'warning', '300 calls, 60 of them failed'],
    ]);
    assert.deepEqual(found({ lag: ending(0, 50, 60) }), [
      ['replication', 'bad', 'The standby was more than 30 s behind in 2 of 60 minutes'],
    ]);
    const table = { name: 'versions', bytes: 1e9, rows: 160_000, deadRows: 60_000, lastVacuumAt: null };
    assert.deepEqual(
      found({}, { tables: [table, { ...table, name: 'runs', rows: 900_000 }] }).map(([topic, , text]) => [topic, text?.slice(0, 9)]),
      [['tables', 'versions:']],
    );
  });

  it('notices servers that stopped reporting, and those of another version', () => {
    const silent = { ...server, name: 'b:5000', reports: false };
    assert.deepEqual(found({}, { servers: [server, silent] }), [['servers', 'warning', 'b:5000 stopped reporting']]);
    assert.equal(found({}, { servers: [silent] })[0]?.[1], 'bad');
    assert.deepEqual(found({}, { servers: [server, { ...server, name: 'b:5000', version: '2' }] }), [
      ['servers', 'warning', 'Servers run different versions: 1 and 2'],
    ]);
  });
});
