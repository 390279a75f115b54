import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readCron } from './cron.ts';
import { describeCron } from './cron-words.ts';
import { firstTimes, isTimezone } from './times.ts';

function problemOf(text: string): string {
  const read = readCron(text);
  return 'problem' in read ? read.problem : '';
}

/** The first times after an instant, in UTC to the minute. */
function times(text: string, timezone: string, after: string, count: number): string[] {
  const read = readCron(text);
  assert.ok('cron' in read, problemOf(text));
  return firstTimes(read.cron, timezone, Date.parse(after), count).map((time) => new Date(time).toISOString().slice(0, 16));
}

describe('a cron text', () => {
  const problems = {
    '': 'Write five fields: minute, hour, day of the month, month, day of the week. Here there is none.',
    '0 9 * *': 'Write five fields: minute, hour, day of the month, month, day of the week. Here there are 4.',
    '0 0 9 * * 1': 'Write five fields: minute, hour, day of the month, month, day of the week. Here there are 6.',
    '@daily': 'Write five fields, such as 0 9 * * 1-5, rather than a name with @.',
    '60 * * * *': 'In the field minute: 60 does not fit. Use 0 to 59.',
    '-5 * * * *': 'In the field minute: an empty text does not fit. Use 0 to 59.',
    '0 24 * * *': 'In the field hour: 24 does not fit. Use 0 to 23.',
    '0 0 0 * *': 'In the field day of the month: 0 does not fit. Use 1 to 31.',
    '0 0 * 13 *': 'In the field month: 13 does not fit. Use 1 to 12, or a name from jan to dec.',
    '0 0 * * noday': 'In the field day of the week: noday does not fit. Use 0 to 7, or a name from sun to sat.',
    '5-1 * * * *': 'In the field minute: the range 5-1 runs backwards. Write the smaller end first, or two ranges.',
    '*/0 * * * *': 'In the field minute: the step 0 is no whole number above 0.',
    '0 */99 * * *': 'In the field hour: the step 99 is too large. Use at most 23.',
    '1,,2 * * * *': 'In the field minute: a part of the list is empty.',
    '1-2-3 * * * *': 'In the field minute: 1-2-3 is no range. Write one as 1-5.',
    '1/2/3 * * * *': 'In the field minute: 1/2/3 has more than one step.',
    '0 0 31 4,6 *': 'In the field day of the month: there is no day 31 in the months of the next field.',
  };
  for (const [text, problem] of Object.entries(problems))
    it(`is refused in words: “${text}”`, () => assert.equal(problemOf(text), problem));

  const words = {
    '0 9 * * 1-5': 'Every weekday at 09:00',
    '30 17 * * *': 'Every day at 17:30',
    '0 9,17 * * MON,Wed': 'Every Monday and Wednesday at 09:00 and 17:00',
    '0 9 * * 7': 'Every Sunday at 09:00',
    '0 9 * * 6,0': 'Every Saturday and Sunday at 09:00',
    '* * * * *': 'Every minute',
    '*/15 * * * *': 'Every 15 minutes',
    '5 * * * *': 'Every hour at 5 minutes past',
    '0 */2 * * *': 'Every 2 hours',
    '0 8 1,15,L * *': 'On the 1st, 15th and last day of every month at 08:00',
    '0 0 29 feb *': 'On the 29th of February at 00:00',
    '0 9 * 1-3 *': 'Every day in January, February and March at 09:00',
    '0 9 1 * 1': 'On the 1st of every month and every Monday at 09:00',
  };
  for (const [text, said] of Object.entries(words)) it(`is said in words: “${text}”`, () => assert.equal(describeCron(text), said));

  it('is not said in words where they would not be exact', () => {
    for (const text of ['*/7 * * * *', '*/5 9-17 * * *', '0 9 1 3 1', '0 0 1-20 * *']) assert.equal(describeCron(text), undefined, text);
  });

  it('may name steps, ranges, lists, months and weekdays', () => {
    assert.deepEqual(times('10-20/5,50 3 * * *', 'UTC', '2026-11-24T00:00:00Z', 4), [
      '2026-11-24T03:10',
      '2026-11-24T03:15',
      '2026-11-24T03:20',
      '2026-11-24T03:50',
    ]);
    assert.deepEqual(times('0 0 * feb tue', 'UTC', '2026-11-24T00:00:00Z', 2), ['2027-02-02T00:00', '2027-02-09T00:00']);
  });

  it('fits a day that fits the day of the month or the day of the week, where both are named', () =>
    assert.deepEqual(times('0 9 1 * 1', 'UTC', '2026-11-24T00:00:00Z', 3), ['2026-11-30T09:00', '2026-12-01T09:00', '2026-12-07T09:00']));

  it('leaves out months without its day, and knows their last', () => {
    assert.deepEqual(times('0 0 31 * *', 'UTC', '2026-11-24T00:00:00Z', 3), ['2026-12-31T00:00', '2027-01-31T00:00', '2027-03-31T00:00']);
    assert.deepEqual(times('0 0 L * *', 'UTC', '2028-01-31T12:00:00Z', 2), ['2028-02-29T00:00', '2028-03-31T00:00']);
    assert.deepEqual(times('0 0 29 2 *', 'UTC', '2096-03-01T00:00:00Z', 1), ['2104-02-29T00:00']);
  });

  it('is due after a time, never at it', () =>
    assert.deepEqual(times('0 9 * * *', 'UTC', '2026-11-24T09:00:00Z', 1), ['2026-11-25T09:00']));
});

describe('where clocks are put forward (Berlin, 29 March 2026, 02:00 to 03:00)', () => {
  it('starts once at 03:30 what is due at 02:30, which does not exist', () =>
    assert.deepEqual(times('30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z', 2), ['2026-03-29T01:30', '2026-03-30T00:30']));

  it('moves all times of the hour that does not exist, however it is looked at', () => {
    assert.deepEqual(times('*/30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z', 3), [
      '2026-03-29T01:00',
      '2026-03-29T01:30',
      '2026-03-30T00:00',
    ]);
    assert.deepEqual(times('*/30 2 * * *', 'Europe/Berlin', '2026-03-29T01:00:00Z', 1), ['2026-03-29T01:30']);
  });

  it('starts once what falls together: 02:00 and 03:00', () =>
    assert.deepEqual(times('0 2,3 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z', 2), ['2026-03-29T01:00', '2026-03-30T00:00']));

  it('goes on every hour', () =>
    assert.deepEqual(times('0 * * * *', 'Europe/Berlin', '2026-03-28T23:30:00Z', 3), [
      '2026-03-29T00:00',
      '2026-03-29T01:00',
      '2026-03-29T02:00',
    ]));

  it('knows gaps of half an hour, and gaps at midnight', () => {
    assert.deepEqual(times('15 2 * * *', 'Australia/Lord_Howe', '2026-10-02T20:00:00Z', 2), ['2026-10-03T15:45', '2026-10-04T15:15']);
    assert.deepEqual(times('0 0 * * *', 'America/Santiago', '2026-09-05T12:00:00Z', 2), ['2026-09-06T04:00', '2026-09-07T03:00']);
  });
});

describe('where clocks are put back (Berlin, 25 October 2026, 03:00 to 02:00)', () => {
  it('starts once what is due at 02:30, which exists twice', () =>
    assert.deepEqual(times('30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z', 2), ['2026-10-25T00:30', '2026-10-26T01:30']));

  it('does not start it again when it is looked at between the two', () =>
    assert.deepEqual(times('30 2 * * *', 'Europe/Berlin', '2026-10-25T01:10:00Z', 1), ['2026-10-26T01:30']));

  it('goes on every hour, the one that comes twice included', () =>
    assert.deepEqual(times('0 * * * *', 'Europe/Berlin', '2026-10-24T23:30:00Z', 3), [
      '2026-10-25T00:00',
      '2026-10-25T01:00',
      '2026-10-25T02:00',
    ]));

  it('ends a day right where it is put back at midnight', () =>
    assert.deepEqual(times('59 23 * * *', 'America/Santiago', '2026-04-04T12:00:00Z', 2), ['2026-04-05T02:59', '2026-04-06T03:59']));
});

it('a time zone is a name of the tz database, not an offset', () => {
  for (const name of ['UTC', 'Europe/Berlin', 'Asia/Kolkata', 'america/new_york']) assert.ok(isTimezone(name), name);
  for (const name of ['', '+01:00', 'Mars/Olympus', 'Europe/Berlin\0', '../etc']) assert.ok(!isTimezone(name), name);
});
