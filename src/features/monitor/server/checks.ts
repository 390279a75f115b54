/** Health checks: the state of each thing this server needs. Runs one query and writes nothing. */
import { performance } from 'node:perf_hooks';
import type { Health } from '#features/monitor/contract.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Heartbeat } from '#kernel/database/heartbeat.ts';
import type { Database } from '#kernel/database/pool.ts';
import { statement } from '#kernel/database/statement.ts';
import { describeRejection, type Writability } from '#kernel/database/writability.ts';
import { HttpProblem } from '#kernel/errors.ts';
import type { EventBus } from '#kernel/event-bus.ts';
import { texts } from './texts.ts';

type Check = Health['checks'][string];

const ping = statement<{ one: number }>('monitor.ping', 'select 1 as one', { timeout: 1500 });
/** How long a database result is reused, so many probes cost one query. */
const BELIEVED_MS = 250;
/** A difference that people notice between timestamps in the log and in the database. */
const MAX_CLOCK_DIFFERENCE_MS = 5000;

const inUse = (): Check => ({ ok: true, detail: texts.checks.inUse });
const unreachable = (): Check => ({ ok: false, detail: texts.checks.unreachable });

interface Options {
  db: Database;
  heartbeat: Heartbeat;
  eventBus: EventBus;
  clock: Clock;
  writability: Writability;
}

export function createChecks({ db, heartbeat, eventBus, clock, writability }: Options) {
  let lastPing: { at: number; answer: Promise<Check> } | undefined;

  async function pingDatabase(): Promise<Check> {
    const { total, max, waiting } = db.stats();
    // A probe should not wait for a connection; and sending everyone to other servers would only make those busy too.
    if (waiting > 0 && total === max && !heartbeat.isSilent()) return inUse();
    const start = performance.now();
    try {
      await ping(db);
      return { ok: true, detail: texts.checks.answers, milliseconds: Math.round((performance.now() - start) * 10) / 10 };
    } catch (error) {
      return error instanceof HttpProblem && error.code === 'busy' ? inUse() : unreachable();
    }
  }

  function checkDatabase(): Promise<Check> {
    if (!lastPing || performance.now() - lastPing.at > BELIEVED_MS) lastPing = { at: performance.now(), answer: pingDatabase() };
    return lastPing.answer;
  }

  function checkEventBus(): Check {
    return eventBus.connected() ? { ok: true, detail: texts.checks.news } : { ok: false, detail: texts.checks.noNews };
  }

  function checkWrites(): Check {
    const refused = writability.rejection();
    return refused ? { ok: false, detail: describeRejection(refused) } : { ok: true, detail: texts.checks.writes };
  }

  function checkClock(): Check {
    const { milliseconds, within } = clock.difference() ?? { milliseconds: 0, within: 0 };
    if (Math.abs(milliseconds) - within <= MAX_CLOCK_DIFFERENCE_MS) return { ok: true, detail: texts.checks.clock };
    const seconds = Math.round(Math.abs(milliseconds) / 1000);
    return { ok: false, detail: texts.checks[milliseconds > 0 ? 'clockAhead' : 'clockBehind'](seconds) };
  }

  return async () => ({ database: await checkDatabase(), news: checkEventBus(), writes: checkWrites(), clock: checkClock() });
}
