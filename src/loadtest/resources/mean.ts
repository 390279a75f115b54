import type { Resources } from '#features/monitor/load-report.ts';

const counts = ['poolUsed', 'poolMax', 'poolWaiting', 'streams', 'activeSessions'] as const;
const shares = ['serverCpu', 'databaseCpu', 'generatorCpu', 'eventLoop', 'eventLoopDelay', 'memory'] as const;

/** @returns means of the observed values; null if there are none. Counts are integers. */
export function meanOf(samples: readonly Resources[]): Resources {
  const mean = (name: keyof Resources) => {
    const seen = samples.flatMap((sample) => sample[name] ?? []);
    return seen.length === 0 ? null : seen.reduce((sum, value) => sum + value, 0) / seen.length;
  };
  const whole = (name: keyof Resources) => {
    const value = mean(name);
    return value === null ? null : Math.round(value);
  };
  const entries = [...shares.map((name) => [name, mean(name)]), ...counts.map((name) => [name, whole(name)])];
  return Object.fromEntries(entries) as unknown as Resources;
}
