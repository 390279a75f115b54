import type { LoadTest } from '#features/monitor/load-report.ts';

const tests: Readonly<Record<LoadTest, string>> = { load: 'Load test', stress: 'Stress test', session: 'Session test' };

/** What the list of load reports, a report and a comparison have in common. */
export const texts = {
  tests,
  passed: 'Passed',
  failed: 'Failed',
  milliseconds: (count: string) => `${count} ms`,
  perSecond: (count: string) => `${count}/s`,
  cores: (count: string) => `${count} cores`,
  megabytes: (count: string) => `${count} MB`,
  gigabytes: (count: string) => `${count} GB`,
  percent: (share: string | number) => `${share} %`,
  seconds: (count: number) => `${count} s`,
  minutes: (clock: string) => `${clock} min`,
  /** A report by its test and time. */
  name: (test: string, at: string) => `${test} of ${at}`,
} as const;
