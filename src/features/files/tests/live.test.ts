import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { STREAM_PATH } from '#features/inbox/stream-path.ts';
import { eventually } from '../../../../test/harness/eventually.ts';
import { type Person, signUp } from '../../../../test/harness/test-server.ts';
import { reportPresence } from '../presence-contract.ts';
import { changes, params, person, save, testServer } from './setup.ts';

/** Follows the live stream. @returns the events that have come, and a function that leaves */
async function follow(reader: Person) {
  const leaving = new AbortController();
  const { body } = await reader.browser.fetch(STREAM_PATH, { signal: leaving.signal });
  const events: { event: string; data: { projectId: string; number?: number } }[] = [];
  async function read(): Promise<void> {
    let text = '';
    for await (const chunk of body ?? []) {
      text += Buffer.from(chunk).toString();
      const parts = text.split('\n\n');
      text = parts.pop() ?? '';
      for (const part of parts) {
        const [, event = '', data = 'null'] = /^event: (\S+)\ndata: (.*)$/s.exec(part) ?? [];
        if (event) events.push({ event, data: JSON.parse(data) });
      }
    }
  }
  void read().catch(() => undefined);
  return { of: (event: string) => events.filter((each) => each.event === event).map(({ data }) => data), leave: () => leaving.abort() };
}

const report = async (who: Person, page: string, path: string | null, closed?: boolean) =>
  (await who.call(reportPresence, { params, body: { page, path, ...(closed && { closed }) } })).body.people;

describe('a page of a project', () => {
  it('learns of every change, with the number of the newest', async () => {
    const { of, leave } = await follow(person);
    await report(person, randomUUID(), null);
    await save('a', '1');
    await eventually('the page knows of the first change', () => of('files'), [{ projectId: params.projectId, number: 1 }]);
    for (let round = 2; round <= 20; round++) await save('a', `${round}`, { 'if-match': '*' });
    await eventually('the page knows of the last change', () => of('files').at(-1)?.number, 20);
    leave();
  });

  it('learns who else is there, and which file they have open', async () => {
    const [mine, other] = [randomUUID(), randomUUID()];
    const { of, leave } = await follow(person);
    assert.deepEqual(await report(person, mine, 'a.txt'), []);
    await eventually('the page is told 1 times', () => of('presence').length, 1);
    const here = { userId: person.id, name: 'Ada Lovelace' };
    assert.deepEqual(await report(person, other, 'b.txt'), [{ ...here, path: 'a.txt' }]);
    await eventually('the page is told 2 times', () => of('presence').length, 2);
    // The same again is no news.
    await report(person, other, 'b.txt');
    assert.deepEqual(await report(person, mine, null), [{ ...here, path: 'b.txt' }]);
    await eventually('the page is told 3 times', () => of('presence').length, 3);
    await report(person, other, null, true);
    assert.deepEqual(await report(person, mine, null), []);
    leave();
  });

  it('is no concern of people without access', async () => {
    const outsider = await signUp(testServer);
    const { of, leave } = await follow(outsider);
    await assert.rejects(report(outsider, randomUUID(), null), { status: 404 });
    const own = await follow(person);
    await report(person, randomUUID(), null);
    await save('a', '1');
    await eventually('a member is told', () => own.of('files').length, 1);
    assert.deepEqual([of('files'), of('presence')], [[], []]);
    assert.equal((await changes()).length, 1);
    for (const each of [leave, own.leave]) each();
  });
});
