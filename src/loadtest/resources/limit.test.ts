import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Resources } from '#features/monitor/load-report.ts';
import { findLimit, findNearestLimit, type Strain } from './limit.ts';

const GIB = 2 ** 30;
const bounds = { cores: 4, memory: 8 * GIB, processes: 2, shared: true };
const calm: Resources = {
  serverCpu: 0.5,
  databaseCpu: 0.2,
  generatorCpu: 0.1,
  eventLoop: 0.3,
  eventLoopDelay: 11,
  memory: GIB,
  poolUsed: 2,
  poolMax: 40,
  poolWaiting: 0,
  streams: 10,
  activeSessions: 100,
};
const unseen = Object.fromEntries(Object.keys(calm).map((name) => [name, null])) as unknown as Resources;

const strain = (resources: Partial<Resources>, rest: Partial<Strain> = {}): Strain => ({
  users: 400,
  resources: { ...calm, ...resources },
  requests: 1000,
  errors: 0,
  refused: 0,
  lateness: 5,
  ...rest,
});

describe('what gave out', () => {
  const cases: [string, Strain, string, RegExp][] = [
    ['the limits, where they refused most of what failed', strain({}, { errors: 50, refused: 40 }), 'limiter', /refused 40 of 1000/],
    [
      'the server CPU, where its processes use all they can',
      strain({ serverCpu: 1.85 }),
      'server CPU',
      /^At 400 users the server used 1\.85 cores of the 2/,
    ],
    [
      'the database CPU, where the machine is full and it has the most',
      strain({ serverCpu: 1.2, databaseCpu: 2.2, generatorCpu: 0.4 }),
      'database CPU',
      /4 cores: database 2\.20, server 1\.20, generator 0\.40\. The database had the most/,
    ],
    ['the generator, where it was late and the machine was not full', strain({}, { lateness: 180 }), 'generator CPU', /late by 180 ms/],
    [
      'the connection pool, where requests waited for it',
      strain({ poolWaiting: 12, poolUsed: 40 }),
      'connection pool',
      /12 requests waited .* 40 of 40/,
    ],
    ['the event loop, where it is busy and no CPU is', strain({ eventLoop: 0.97 }), 'event loop', /97 % of the time/],
    [
      'the event loop rather than the pool, where it holds connections for longer',
      strain({ eventLoop: 0.97, serverCpu: 0.7, poolWaiting: 54, poolUsed: 30 }),
      'event loop',
      /97 % of the time, of which they had the processor 36 %/,
    ],
    ['memory, where the server fills the machine’s', strain({ memory: 7.5 * GIB }), 'memory', /94 %/],
    ['nothing that could be seen, where all was calm', strain({}), 'nothing seen', /At 400 users/],
    ['nothing that could be seen, where nothing could', strain(unseen), 'nothing seen', /At 400 users/],
  ];
  for (const [title, given, resource, evidence] of cases) {
    it(`is ${title}`, () => {
      const limit = findLimit(given, bounds);
      assert.equal(limit.resource, resource);
      assert.match(limit.evidence, evidence);
    });
  }

  it('is not the machine when the servers run elsewhere', () => {
    const given = strain({ serverCpu: 1.2, databaseCpu: 2.2, generatorCpu: 0.4 });
    assert.equal(findLimit(given, { ...bounds, shared: false }).resource, 'nothing seen');
  });
});

describe('what would give out first', () => {
  it('is what is nearest to its bound', () => {
    assert.deepEqual(findNearestLimit({ ...calm, poolUsed: 30 }, bounds), {
      resource: 'connection pool',
      evidence: '75 % of 40 connections',
    });
    assert.deepEqual(findNearestLimit({ ...calm, serverCpu: 1.2 }, { ...bounds, cores: 8 }), {
      resource: 'server CPU',
      evidence: '60 % of 2 cores',
    });
  });

  it('counts what else runs on a shared machine', () => {
    const used = { ...calm, serverCpu: 0.8, databaseCpu: 0.6, generatorCpu: 0.4 };
    assert.deepEqual(findNearestLimit(used, { ...bounds, cores: 2 }), {
      resource: 'server CPU',
      evidence: '90 % of the machine’s 2 cores, with all that runs on it',
    });
  });

  it('is unknown where nothing can be seen', () => assert.equal(findNearestLimit(unseen, bounds), undefined));
});
