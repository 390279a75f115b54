import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { between, gaugesOf, totalsOf } from '../server/samples/sample.ts';
import { readScrape } from '../server/samples/scrape.ts';

const scrape = (lines: string) => readScrape(lines.trim());
const bucket = (route: string, status: number, le: string, count: number) =>
  `http_request_duration_seconds_bucket{method="GET",route="${route}",status="${status}",le="${le}"} ${count}`;
const count = (route: string, status: number, requests: number) =>
  `http_request_duration_seconds_count{method="GET",route="${route}",status="${status}"} ${requests}`;

describe('a scrape', () => {
  it('is read with its labels, and without comments or values that are no number', () => {
    const found = scrape('# HELP a Text\n# TYPE a gauge\na{x="1",y="say \\"b\\""} 2\na 3\nb Nan\nc +Inf');
    assert.deepEqual(
      [...found],
      [
        [
          'a',
          [
            { labels: { x: '1', y: 'say \\"b\\"' }, value: 2 },
            { labels: {}, value: 3 },
          ],
        ],
      ],
    );
  });
});

describe('a sample', () => {
  it('counts requests by bucket, all statuses together, and how many failed', () => {
    const before = totalsOf(scrape([bucket('/a', 200, '0.1', 5), bucket('/a', 200, '+Inf', 6), count('/a', 200, 6)].join('\n')));
    const after = totalsOf(
      scrape(
        [
          bucket('/a', 200, '0.1', 9),
          bucket('/a', 200, '+Inf', 10),
          count('/a', 200, 10),
          bucket('/a', 503, '0.1', 1),
          bucket('/a', 503, '+Inf', 3),
          count('/a', 503, 3),
        ].join('\n'),
      ),
    );
    assert.deepEqual(between(before, after).requests, { 'GET /a': [3, 5, 2] });
  });

  it('leaves out what did not happen, and the requests of load balancers and Prometheus', () => {
    const totals = totalsOf(
      scrape([...['/metrics', '/api/health/ready'].flatMap((route) => [bucket(route, 200, '+Inf', 9), count(route, 200, 9)])].join('\n')),
    );
    assert.deepEqual(between(totalsOf(new Map()), totals).requests, {});
    assert.deepEqual(between(totals, totals), { requests: {}, poolWaits: [], statements: {}, counts: {} });
  });

  it('counts anew what fell, since its process was replaced', () => {
    const [before, after] = [totalsOf(scrape('sign_ins_failed_total 9')), totalsOf(scrape('sign_ins_failed_total 2'))];
    assert.deepEqual(between(before, after).counts, { signInsFailed: 2 });
  });

  it('has counters and gauges under the names of their labels', () => {
    const found = scrape('runs_ended_total{outcome="done"} 4\nqueue_depth{queue="runs"} 2\ndatabase_connections{state="used"} 7');
    assert.deepEqual(between(totalsOf(new Map()), totalsOf(found)).counts, { 'runs.done': 4 });
    assert.deepEqual(Object.fromEntries(gaugesOf(found)), { 'queue.runs': 2, 'pool.used': 7 });
  });

  it('keeps the statements that took the most time', () => {
    const lines = Array.from({ length: 40 }, (_, i) => [
      `database_statement_calls_total{statement="s.${i}"} ${i + 1}`,
      `database_statement_time_seconds_total{statement="s.${i}"} ${i}`,
    ]).flat();
    const { statements } = between(totalsOf(new Map()), totalsOf(scrape(lines.join('\n'))));
    assert.equal(Object.keys(statements).length, 15);
    assert.deepEqual(Object.entries(statements)[0], ['s.39', [40, 39]]);
  });
});
