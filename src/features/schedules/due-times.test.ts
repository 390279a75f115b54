import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { planDueTimes } from './server/due-times.ts';

const at = (time: string) => `2026-11-24T${time}:00.000Z`;

/** Every ten minutes, first due at 09:00 and not processed since. */
function due(missed: 'skip' | 'once', now: string, secondsLate = (Date.parse(at(now)) - Date.parse(at('09:00'))) / 1000) {
  return planDueTimes({ cron: '*/10 * * * *', timezone: 'UTC', missed, next_at: at('09:00'), now: at(now), seconds_late: secondsLate });
}

describe('a time that was due at 09:00, and every ten minutes since', () => {
  for (const missed of ['skip', 'once'] as const)
    it(`starts within a minute (${missed})`, () =>
      assert.deepEqual(due(missed, '09:01'), { starts: true, dueAt: at('09:00'), missed: null, nextAt: at('09:10') }));

  it('is skipped when nothing polls before 09:32, and so are those after it', () =>
    assert.deepEqual(due('skip', '09:32'), {
      starts: false,
      dueAt: at('09:30'),
      missed: { count: 4, since: at('09:00') },
      nextAt: at('09:40'),
    }));

  it('leaves to be started what has been due for less than a minute', () =>
    assert.deepEqual(due('skip', '09:30'), {
      starts: false,
      dueAt: at('09:20'),
      missed: { count: 3, since: at('09:00') },
      nextAt: at('09:30'),
    }));

  it('starts one run for all of them', () =>
    assert.deepEqual(due('once', '09:30'), {
      starts: true,
      dueAt: at('09:30'),
      missed: { count: 4, since: at('09:00') },
      nextAt: at('09:40'),
    }));

  it('starts late when a limit held it up, and is not missed by that', () =>
    assert.deepEqual(due('skip', '09:05', 1), { starts: true, dueAt: at('09:00'), missed: null, nextAt: at('09:10') }));

  it('starts one run for all of them also when a limit held them up', () => assert.equal(due('once', '09:30', 1).missed?.count, 4));
});
