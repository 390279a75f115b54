import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createDuePoller } from './clock.ts';

it('PostgreSQL’s clock is known to within the response time, so faster responses make it more precise', () => {
  const clock = createDuePoller();
  assert.equal(clock.difference(), undefined);
  const ahead = 60_000;
  const told = (at: number) => Date.now() - performance.now() + at + ahead;
  const at = performance.now();
  clock.observe(told(at + 900), at, at + 1000);
  assert.ok(Math.abs((clock.difference()?.milliseconds ?? 0) + ahead) <= 501, `${clock.difference()?.milliseconds}`);
  clock.observe(told(at + 2001), at + 2000, at + 2010);
  const found = clock.difference();
  assert.ok(found && found.within <= 6, `${found?.within}`);
  assert.ok(Math.abs(found.milliseconds + ahead) <= 10, `${found.milliseconds}`);
  assert.ok(Math.abs(clock.now() - (Date.now() + ahead)) <= 10);
});

it('a clock that is reset is followed at the next response', () => {
  const clock = createDuePoller();
  const at = performance.now();
  clock.observe(1_000_000, at, at + 1);
  clock.observe(5_000_000, at + 1000, at + 1001);
  assert.ok(Math.abs(clock.now() - performance.now() - (5_000_000 - at - 1000)) <= 2);
});
