import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { HttpProblem } from '#kernel/errors.ts';
import type { Contract } from '#wire/contract.ts';
import { createAdmission, type RefusalReason, type Seat } from './admission.ts';
import type { SeatClass } from './seat-classes.ts';

const contractOf = (priority: Contract['priority'], apart?: true) => ({ method: 'GET', priority, apart }) as Contract;
const stop = contractOf('critical');
const save = contractOf('write');
const read = contractOf('read');
const exportAll = contractOf('bulk');
const health = contractOf('exempt');
const signIn = contractOf('write', true);
const search = contractOf('bulk', true);

/** One seat for each class, and four that they share: reads take five at most, two of them for one person. */
const SEATS = 8;

type State = 'in work' | 'waits' | 'left' | HttpProblem;

/** A process whose clock stands still. */
function createProcess() {
  let clock = 100_000;
  const refused: `${SeatClass} ${RefusalReason}`[] = [];
  const waits: [SeatClass, number][] = [];
  const admission = createAdmission({
    connections: SEATS,
    now: () => clock,
    noteWait: (of, milliseconds) => waits.push([of, milliseconds]),
    noteRefused: (of, reason) => refused.push(`${of} ${reason}`),
  });

  function ask(contract: Contract, person: string) {
    const client = new AbortController();
    const seat = admission.seatFor(contract, person, client);
    const request = { seat, client, state: 'waits' as State, take };
    function take(): void {
      request.state = 'waits';
      try {
        const taken = seat.take();
        if (!taken) request.state = 'in work';
        taken?.then(
          () => {
            request.state = 'in work';
          },
          (reason: unknown) => {
            request.state = reason instanceof HttpProblem ? reason : 'left';
          },
        );
      } catch (error) {
        request.state = error as HttpProblem;
      }
    }
    take();
    return request;
  }

  return {
    ask,
    refused,
    waits,
    stats: () => Object.fromEntries(admission.stats().map(({ name, taken, waiting }) => [name, [taken, waiting]])),
    many: (contract: Contract, person: string, count: number) => Array.from({ length: count }, () => ask(contract, person)),
    async end({ seat }: { seat: Seat }): Promise<void> {
      seat.leave();
      await turn();
    },
    async pass(milliseconds: number): Promise<void> {
      for (let passed = 0; passed < milliseconds; passed += 50) {
        clock += 50;
        mock.timers.tick(50);
      }
      await turn();
    },
  };
}

type Process = ReturnType<typeof createProcess>;
const count = (requests: readonly { state: State }[], state: State) => requests.filter((request) => request.state === state).length;
const isRefused = ({ state }: { state: State }) => state instanceof HttpProblem && state.status === 503 && state.code === 'busy';

/** All seats that reads may take are taken, by people of whom nobody has more than one. */
const fillReads = ({ ask }: Process) => Array.from({ length: 5 }, (_, index) => ask(read, `reader ${index}`));

describe('admission', () => {
  let own: Process;
  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout'] });
    own = createProcess();
  });
  afterEach(() => mock.timers.reset());

  it('gives one person at most half of the seats for reads, and others get theirs at once', () => {
    assert.equal(count(own.many(read, 'ada', 200), 'in work'), 2);
    assert.equal(own.ask(read, 'bob').state, 'in work');
  });

  it('never lets a person’s stops and writes wait for their own reads', () => {
    own.many(read, 'ada', 200);
    assert.deepEqual([own.ask(save, 'ada').state, own.ask(stop, 'ada').state], ['in work', 'in work']);
  });

  it('lets nobody wait longer than one turn of each other person', async () => {
    const inWork = fillReads(own);
    const flood = own.many(read, 'ada', 200);
    const [bob, cleo] = [own.ask(read, 'bob'), own.ask(read, 'cleo')];
    await own.end(inWork[0] as { seat: Seat });
    assert.deepEqual([count(flood, 'in work'), bob.state, cleo.state], [1, 'waits', 'waits']);
    await own.end(inWork[1] as { seat: Seat });
    assert.deepEqual([count(flood, 'in work'), bob.state, cleo.state], [1, 'in work', 'waits']);
    await own.end(inWork[2] as { seat: Seat });
    assert.deepEqual([count(flood, 'in work'), bob.state, cleo.state], [1, 'in work', 'in work']);
    await own.end(inWork[3] as { seat: Seat });
    assert.equal(count(flood, 'in work'), 2);
    await own.end(inWork[4] as { seat: Seat });
    assert.equal(count(flood, 'in work'), 2);
  });

  it('serves the requests of one person in the order in which they arrived', async () => {
    const inWork = fillReads(own);
    const waiting = own.many(read, 'ada', 4);
    const states = () => waiting.map(({ state }) => (state === 'in work' ? 1 : 0)).join('');
    for (const ended of inWork.slice(0, 2)) await own.end(ended);
    assert.equal(states(), '1100');
    for (const ended of waiting.slice(0, 2)) await own.end(ended);
    assert.equal(states(), '1111');
  });

  it('keeps seats for stops while reads and writes take all that they may', () => {
    fillReads(own);
    for (const person of ['a', 'b', 'c']) own.many(save, person, 3);
    for (const person of ['d', 'e', 'f']) own.ask(exportAll, person);
    assert.deepEqual(own.stats()['critical'], [0, 0]);
    assert.equal(own.ask(stop, 'ada').state, 'in work');
  });

  it('leaves each class a seat that no other takes', () => {
    own.many(save, 'ada', 3);
    own.many(save, 'bob', 3);
    assert.deepEqual(own.stats()['write'], [5, 1]);
    assert.equal(own.ask(read, 'cleo').state, 'in work');
    assert.equal(own.ask(exportAll, 'dan').state, 'in work');
  });

  it('gives a seat that several classes could have to stops, then writes, then reads', async () => {
    const inWork = fillReads(own);
    const asked = [
      own.ask(read, 'ada'),
      ...['b', 'c'].map((person) => own.ask(save, person)),
      ...['d', 'e'].map((person) => own.ask(stop, person)),
    ];
    const states = () => asked.map(({ state }) => (state === 'in work' ? 1 : 0)).join('');
    assert.equal(states(), '01010');
    await own.end(inWork[0] as { seat: Seat });
    assert.equal(states(), '01011');
    await own.end(inWork[1] as { seat: Seat });
    assert.equal(states(), '01111');
    await own.end(inWork[2] as { seat: Seat });
    assert.equal(states(), '11111');
  });

  it('lets a burst wait for two seconds, and then refuses the rest', async () => {
    fillReads(own);
    const waiting = own.many(read, 'ada', 2);
    await own.pass(1950);
    assert.equal(count(waiting, 'waits'), 2);
    await own.pass(50);
    assert.ok(waiting.every(isRefused));
  });

  it('refuses after 0.4 s once nobody has found a free seat for two seconds', async () => {
    const inWork = fillReads(own);
    await own.pass(2000);
    const [first, second] = [own.ask(read, 'ada'), own.ask(read, 'bob')];
    await own.pass(350);
    assert.equal(first.state, 'waits');
    await own.end(inWork[0] as { seat: Seat });
    assert.equal(first.state, 'in work');
    await own.pass(50);
    assert.ok(isRefused(second));
    assert.deepEqual(own.refused, ['read waited']);
    assert.deepEqual(own.waits, [
      ['read', 350],
      ['read', 400],
    ]);
  });

  it('refuses searches and exports while more urgent requests wait, before any of those', async () => {
    fillReads(own);
    await own.pass(2000);
    const waiting = own.ask(read, 'ada');
    await own.pass(50);
    assert.ok(isRefused(own.ask(exportAll, 'bob')) && isRefused(own.ask(search, 'bob')));
    assert.deepEqual(own.refused, ['bulk shed', 'apart shed']);
    assert.equal(waiting.state, 'waits');
    assert.equal(own.ask(save, 'bob').state, 'in work');
  });

  it('is not crowded for others by the requests of one person', async () => {
    own.many(read, 'ada', 200);
    await own.pass(1500);
    assert.equal(own.ask(exportAll, 'bob').state, 'in work');
    assert.deepEqual(own.refused, []);
  });

  it('lets 250 requests of one person wait, and a thousand of a class', () => {
    const inWork = fillReads(own).length;
    const flood = own.many(read, 'ada', 251);
    assert.equal(count(flood, 'waits'), 250);
    assert.deepEqual(own.refused, ['read person_full']);
    const others = Array.from({ length: 751 }, (_, index) => own.ask(read, `other ${index}`));
    assert.equal(count(others, 'waits'), 750);
    assert.ok(isRefused(others.at(-1) as { state: State }));
    assert.equal(own.refused.at(-1), 'read queue_full');
    assert.deepEqual(own.stats()['read'], [inWork, 1000]);
  });

  it('forgets a request whose client leaves', async () => {
    const inWork = fillReads(own);
    const [gone, next] = [own.ask(read, 'ada'), own.ask(read, 'ada')];
    gone.client.abort();
    await own.end(inWork[0] as { seat: Seat });
    assert.deepEqual([gone.state, next.state], ['left', 'in work']);
    assert.deepEqual(own.stats()['read'], [5, 0]);
  });

  it('lets a request go ahead that left its seat while its body arrived', async () => {
    const inWork = fillReads(own);
    const uploading = inWork[0] as (typeof inWork)[number];
    const waiting = own.many(read, 'ada', 2);
    await own.end(uploading);
    assert.equal(count(waiting, 'in work'), 1);
    uploading.take();
    assert.equal(uploading.state, 'waits');
    await own.end(inWork[1] as { seat: Seat });
    assert.deepEqual([uploading.state, count(waiting, 'in work')], ['in work', 1]);
  });

  it('says when to try again: once those who wait, and those refused before, could have been served', async () => {
    const inWork = fillReads(own);
    const waiting = Array.from({ length: 40 }, (_, index) => own.ask(read, `other ${index}`));
    // A seat becomes free every 200 ms.
    for (let turns = 0; turns < 8; turns++) {
      await own.pass(200);
      await own.end([...inWork, ...waiting][turns] as { seat: Seat });
    }
    await own.pass(400);
    const [refused] = waiting.map(({ state }) => state).filter((state) => state instanceof HttpProblem);
    const seconds = Number(refused?.headers['retry-after']);
    assert.ok(seconds >= 2 && seconds <= 8, `${seconds} s`);
  });

  it('keeps sign-ins and searches apart: they take no seat from others, nor others from them', () => {
    fillReads(own);
    assert.equal(count(own.many(signIn, 'an address', 30), 'in work'), 24);
    assert.equal(own.ask(search, 'ada').state, 'in work');
    assert.deepEqual(own.stats()['write'], [0, 0]);
  });

  it('never lets a health check wait', () => {
    fillReads(own);
    assert.equal(count(own.many(health, 'a load balancer', 1000), 'in work'), 1000);
  });
});
