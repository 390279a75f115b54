/** What the health checks say, and problems of requests about load reports and metrics. */
export const texts = {
  checks: {
    inUse: 'PostgreSQL answers. All connections of this process are in use.',
    unreachable: 'PostgreSQL cannot be reached or does not answer. Check that it runs and that DATABASE_URL is right.',
    answers: 'PostgreSQL answers.',
    news: 'News between servers arrive.',
    noNews: 'The connection for news between servers is being made again; until then nothing is cached.',
    writes: 'PostgreSQL takes writes.',
    clock: 'The clock of this server agrees with PostgreSQL’s.',
    clockAhead: (seconds: number) => `The clock of this server is ${seconds} s ahead of PostgreSQL’s. Synchronize both (NTP).`,
    clockBehind: (seconds: number) => `The clock of this server is ${seconds} s behind PostgreSQL’s. Synchronize both (NTP).`,
  },
  /** Name of a load report in the audit log. */
  report: (test: string, startedAt: string) => `${test} of ${startedAt.slice(0, 16).replace('T', ' ')} UTC`,
  problems: {
    noReport: 'This load report does not exist. It may have been deleted; the list shows the existing ones.',
    noToken: 'Set METRICS_TOKEN on the server, and send it as a bearer token.',
    token: 'Send METRICS_TOKEN as a bearer token.',
  },
};
