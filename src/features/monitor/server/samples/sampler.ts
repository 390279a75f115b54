/**
 * Writes what this server measured, all its processes together, once a minute and once every ten minutes. A failed write loses nothing:
 * the next sample covers the time since the last one that was written. A server that stops or dies takes with it what it had not written:
 * at most a minute of the last hour, and ten of the last day.
 */
import type { Database } from '#kernel/database/pool.ts';
import type { Log } from '#kernel/log.ts';
import { createPoller } from '#kernel/poller.ts';
import { insertSample, type Period } from './queries.ts';
import { between, gaugesOf, round, type Sample, startedAtOf, type Totals, totalsOf } from './sample.ts';
import { readScrape } from './scrape.ts';

const MINUTE_MS = 60_000;
/** Time for the start: measuring takes some milliseconds. */
const FIRST_AFTER_MS = 2000;

interface Options {
  db: Database;
  log: Log;
  /** Its name on the monitor page. */
  server: string;
  version: string;
  /** The metrics of all processes, as text. */
  collect: () => Promise<string>;
}

/** What has been measured of a sample so far. */
interface Begun {
  at: number;
  totals: Totals;
  /** The highest values so far. */
  gauges: Map<string, number>;
}

export function createSampler({ db, log, server, version, collect }: Options) {
  const begun = new Map<Period, Begun>();

  let taking = Promise.resolve();
  /** Undefined until the first sample. */
  let startedAt: string | undefined;

  /** Measures, and writes the samples of these periods; one call at a time. */
  function take(periods: readonly Period[]): Promise<void> {
    const taken = taking.then(() => takeNow(periods));
    taking = taken.catch(() => undefined);
    return taken;
  }

  async function takeNow(periods: readonly Period[]): Promise<void> {
    const scrape = readScrape(await collect());
    startedAt = new Date(startedAtOf(scrape)).toISOString();
    const now = { at: performance.now(), totals: totalsOf(scrape), gauges: gaugesOf(scrape) };
    for (const minutes of [1, 10] as const) {
      const from = begun.get(minutes);
      for (const [name, value] of now.gauges) from?.gauges.set(name, Math.max(value, from.gauges.get(name) ?? value));
      const gauges = from?.gauges ?? now.gauges;
      if (periods.includes(minutes)) {
        const sample = { ...between(from?.totals ?? now.totals, now.totals), gauges: Object.fromEntries(rounded(gauges)) };
        await insertSample(db, {
          minutes,
          server,
          version,
          startedAt,
          seconds: from ? (now.at - from.at) / 1000 : 0,
          sample: JSON.stringify(sample),
        });
      }
      if (!from || periods.includes(minutes)) begun.set(minutes, { ...now, gauges: new Map() });
    }
  }

  let first = true;
  const poller = createPoller({
    log,
    purpose: 'write what was measured',
    everyMs: MINUTE_MS,
    async poll() {
      if (first) {
        first = false;
        return FIRST_AFTER_MS;
      }
      const minute = Math.floor(Date.now() / MINUTE_MS);
      await take(minute % 10 === 9 ? [1, 10] : [1]);
      return untilNext();
    },
  });

  return {
    take,
    start: poller.start,
    /** Says that this server was stopped in order, so that nobody looks for it. */
    async close(): Promise<void> {
      await poller.close();
      if (startedAt === undefined) return;
      const sample = JSON.stringify({ stopped: true } satisfies Partial<Sample>);
      await insertSample(db, { minutes: 1, server, version, startedAt, seconds: 0, sample }).catch(() => undefined);
    },
  };
}

/** Half past a minute, so that servers whose clocks differ by less than 30 s write in the same minute, each once. */
const untilNext = (): number => MINUTE_MS - ((Date.now() + MINUTE_MS / 2) % MINUTE_MS);

const rounded = (gauges: ReadonlyMap<string, number>) => [...gauges].map(([name, value]) => [name, round(value)] as const);
