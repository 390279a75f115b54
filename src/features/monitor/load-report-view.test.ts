/** The calculations behind the load report screens; browser tests cover their appearance. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { linearTicks, logTicks } from '#ui/format/ticks.ts';
import { buildReport } from '../../../test/load-reports/build.ts';
import { compare, compareSteps, ratioOf } from './client/compare/compared.ts';
import { overlaidPlots } from './client/compare/overlaid.ts';
import { formatClock, formatFigure, formatMemory, formatSeconds, formatShare, formatStep } from './client/format.ts';
import { meanResources, sharesOf } from './client/load-report/shares.ts';
import { latencyShape, shareShape, throughputShape } from './client/load-report/stress-shapes.ts';
import { timePlots } from './client/load-report/time-shapes.ts';
import { describeLine } from './client/plot/describe.ts';
import { summarize } from './summarize.ts';

const stressOf = (report = buildReport('stress')) => {
  assert.ok(report.stress);
  return report.stress;
};

describe('figures in words', () => {
  it('have as many digits as a measurement deserves', () => {
    assert.deepEqual([0, 0.004, 0.42, 3.04, 9.96, 12.4, 812.3, 12_040].map(formatFigure), [
      '0',
      '0.004',
      '0.42',
      '3',
      '10',
      '12',
      '812',
      '12\u202f040',
    ]);
    assert.deepEqual([0, 0.0031, 0.021, 0.5, 1].map(formatShare), ['0 %', '0.31 %', '2.1 %', '50 %', '100 %']);
    assert.deepEqual([45, 60, 230].map(formatSeconds), ['45 s', '1:00 min', '3:50 min']);
    assert.deepEqual([0, 65].map(formatClock), ['0:00', '1:05']);
    assert.deepEqual([400 * 1024 ** 2, 24 * 1024 ** 3].map(formatMemory), ['400 MB', '24.0 GB']);
    assert.equal(formatStep('followRun, first event'), 'follow run, first event');
  });
});

describe('an axis', () => {
  it('has few ticks on round numbers, from 0 to above the most', () => {
    assert.deepEqual(linearTicks(475).ticks, [0, 100, 200, 300, 400, 500]);
    assert.deepEqual(linearTicks(2), { min: 0, max: 2, ticks: [0, 0.5, 1, 1.5, 2] });
    assert.deepEqual(linearTicks(0).ticks, [0, 0.2, 0.4, 0.6, 0.8, 1]);
  });

  it('that is logarithmic reaches from below the least to above the most', () => {
    assert.deepEqual(logTicks(11, 514), { min: 10, max: 1000, ticks: [10, 20, 50, 100, 200, 500, 1000] });
    assert.deepEqual(logTicks(0.7, 9000).ticks, [1, 10, 100, 1000, 10_000]);
    const flat = logTicks(500, 500);
    assert.ok(flat.min <= 500 && flat.max >= 500 && flat.max > flat.min);
    assert.ok(logTicks(Number.POSITIVE_INFINITY, 0).ticks.every(Number.isFinite));
  });
});

describe('a plot in words', () => {
  it('tells from where to where, and the mean', () => {
    const say = (value: number) => `${value} ms`;
    assert.equal(describeLine({ label: 'p95', values: [4, null, 8, 12] }, say), 'p95 from 4 ms to 12 ms, on average 8 ms');
    assert.equal(describeLine({ label: 'p95', values: [5, 5] }, say), 'p95 5 ms throughout');
    assert.equal(describeLine({ label: 'p95', values: [null] }, say), 'p95: not seen');
  });
});

describe('what was used', () => {
  it('begins with what has the least left, and names the parts of a full machine', () => {
    const report = buildReport('stress');
    const broken = report.stress?.stages.find(({ met }) => !met);
    assert.ok(broken);
    const shares = sharesOf(broken.resources, report.machine);
    assert.equal(shares[0]?.name, 'whole machine');
    assert.match(shares[0]?.text ?? '', /server 1\.24, database 0\.40, generator 0\.30/);
    assert.deepEqual(
      shares,
      shares.toSorted((a, b) => b.share - a.share),
    );
  });

  it('counts who waits for a connection against the pool', () => {
    const nothing = meanResources(buildReport('unseen'));
    const [pool] = sharesOf({ ...nothing, poolUsed: 20, poolMax: 20, poolWaiting: 10 }, buildReport().machine);
    assert.equal(pool?.share, 1.5);
  });

  it('is empty where nothing could be seen', () => {
    for (const kind of ['unseen', 'empty'] as const)
      assert.deepEqual(sharesOf(meanResources(buildReport(kind)), buildReport().machine), []);
  });

  it('is the mean over the time in which everybody was there', () => {
    const report = buildReport('load');
    const early = report.samples.map((sample) => ({ ...sample, serverCpu: sample.at < 8 ? 99 : 1 }));
    assert.equal(meanResources({ ...report, samples: early }).serverCpu, 1);
  });
});

describe('the plots of a stress test', () => {
  it('show each number of users once, crosses where a target was missed, and marks where it holds and breaks', () => {
    const stress = stressOf();
    const { x, missed, marks } = latencyShape(stress);
    assert.deepEqual(x, [50, 100, 200, 400, 800, 1200, 1400, 1500, 1600]);
    assert.deepEqual(
      missed?.map((cross) => cross.x),
      [1600],
    );
    assert.equal(marks, undefined);
    assert.deepEqual(
      throughputShape(stress).marks?.map((mark) => mark.x),
      [1600, 1500],
    );
  });

  it('take the way down for what counts', () => {
    const stress = stressOf();
    const stages = stress.stages.map((stage) => (stage.direction === 'down' ? { ...stage, p95: 499, met: true } : stage));
    const { x, lines } = latencyShape({ ...stress, stages });
    assert.equal(lines[0]?.values[x.indexOf(1400)], 499);
  });

  it('do without a fit, a breaking point and resources', () => {
    const stress = { ...stressOf(), fit: null, breaks: null };
    assert.deepEqual(
      throughputShape(stress).lines.map(({ label }) => label),
      ['measured'],
    );
    assert.deepEqual(
      throughputShape(stress).marks?.map(({ kind }) => kind),
      ['good'],
    );
    const blind = stress.stages.map((stage) => ({ ...stage, resources: meanResources(buildReport('unseen')) }));
    assert.deepEqual(shareShape({ ...stress, stages: blind }, buildReport().machine).lines, []);
  });
});

describe('plots over time', () => {
  it('have a value or nothing for each moment', () => {
    for (const kind of ['load', 'failed', 'unseen'] as const)
      for (const { shape } of timePlots(buildReport(kind), 'key'))
        for (const { values } of shape.lines) assert.equal(values.length, shape.x.length);
  });
});

describe('reports side by side', () => {
  const [quick, slow] = [buildReport('load'), buildReport('failed')];

  it('are held against the first, with what is better', () => {
    const rows = compare([quick, slow]);
    const p95 = rows.find(({ name }) => name === 'Slowest step, p95');
    assert.ok(p95);
    assert.equal(ratioOf(p95, 0), undefined);
    assert.equal(ratioOf(p95, 1)?.verdict, 'worse');
    assert.equal(ratioOf({ ...p95, values: [100, 96] }, 1)?.verdict, 'same');
    assert.deepEqual(ratioOf({ ...p95, better: 'more', values: [100, 250] }, 1), { text: '2.50 ×', verdict: 'better' });
    assert.equal(ratioOf({ ...p95, values: [0, 5] }, 1), undefined);
  });

  it('leave out what none of them has, and leave open what one lacks', () => {
    assert.ok(!compare([quick, slow]).some(({ name }) => name === 'Users that hold'));
    const holds = compare([quick, buildReport('stress')]).find(({ name }) => name === 'Users that hold');
    assert.deepEqual(holds?.values, [null, 1500]);
    assert.ok(compareSteps([buildReport('empty'), quick]).every(({ values }) => values[0] === null));
  });

  it('are drawn over each other, stress tests by users too', () => {
    const titles = overlaidPlots([buildReport('stress'), buildReport('stress')]).map(({ title }) => title);
    assert.deepEqual(titles.slice(0, 2), ['Throughput by users', 'p95 by users']);
    const [p95] = overlaidPlots([quick, slow]);
    assert.deepEqual(
      p95?.shape.lines.map(({ label }) => label),
      ['A', 'B'],
    );
  });
});

describe('a stress test in which nothing held', () => {
  it('has no place that is marked as holding, and a summary of the whole', () => {
    const stress = stressOf();
    const stages = stress.stages.slice(0, 1).map((stage) => ({ ...stage, met: false, missed: ['p95 below 500 ms'] }));
    const report = buildReport('stress', { passed: false, stress: { ...stress, stages, holds: 0, breaks: 50, fit: null } });
    assert.deepEqual(
      throughputShape(stressOf(report)).marks?.map(({ kind }) => kind),
      ['bad'],
    );
    const { holds, p95 } = summarize(report);
    assert.equal(holds, 0);
    assert.ok(p95 > 0);
  });
});
