import type { LoadTest } from '#features/monitor/load-report.ts';

const tests: Readonly<Record<LoadTest, string>> = { load: 'Load test', stress: 'Stress test', session: 'Session test' };

/** What the list of load reports, a report and a comparison have in common. */
export const texts = {
  tests,
  passed: 'Passed',
  failed: 'Failed',
  cores: (cores: string) => `${cores} cores`,
  /** A report by its test and time. */
  name: (test: string, at: string) => `${test} of ${at}`,
} as const;
