const verdicts = { better: 'better', worse: 'worse', same: 'same' };

/** What a comparison of load reports says. */
export const texts = {
  figures: 'Figures',
  about: 'Ratios are to A, the earliest. Up to 5 % either way counts as the same.',
  table: 'Table of figures',
  wholeTest: 'Whole test',
  steps: 'p95 of each step',
  plots: 'Plots',
  reportAbout: (users: string, cores: number, version: string) => `${users} users · ${cores} cores · ${version}`,
  ratio: (ratio: string, verdict: keyof typeof verdicts) => `${ratio} ${verdicts[verdict]}`,
  measures: {
    holds: 'Users that hold',
    throughput: 'Throughput',
    slowest: 'Slowest step, p95',
    p50: 'All requests, p50',
    p99: 'All requests, p99',
    errors: 'Errors',
    serverCpu: 'Server CPU a request',
    databaseCpu: 'Database CPU a request',
    eventLoop: 'Event loop busy',
    memory: 'Memory of the server',
  },
  overTime: 'time',
  overUsers: 'users',
  /** Before a value. */
  target: 'target:',
  latency: 'p95 over time',
  requests: 'Requests over time',
  cpu: 'CPU of the server over time',
  memory: 'Memory of the server over time',
  throughputByUsers: 'Throughput by users',
  latencyByUsers: 'p95 by users',
} as const;
