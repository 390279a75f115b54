import type { ReactNode } from 'react';
import { sentence } from '#ui/format/sentence.ts';

const list = (names: readonly string[]) => new Intl.ListFormat('en').format(names);

/** What the monitor page says. */
export const texts = {
  loading: 'Loading the figures',
  tableOf: (title: string) => `Table: ${title}`,
  operatorsOnly: 'The monitor is for operators',
  empty: {
    title: 'Nothing measured yet',
    hour: 'Each server writes what it measured once a minute. The first figures appear here within two minutes of its start.',
    day: 'The last day is shown by ten minutes. The first figures appear here within twenty minutes of the first start.',
  },
  notMeasured: 'Nothing was measured in this time.',
  fine: 'All is well',
  attention: 'Needs attention',
  problem: 'Act now',
  headline: (requests: string, p95: string, errors: string, range: 'hour' | 'day') =>
    `In the last ${range === 'hour' ? 'minute' : 'ten minutes'}, 95 % of ${requests} requests were answered within ${p95}, and ${errors} failed.`,
  idle: 'No requests were answered in the last minutes.',
  updated: (time: ReactNode) => sentence`Figures of all servers together, until ${time}. Updated every minute.`,
  keyFigures: {
    p95: 'Response time, p95',
    errors: 'Failed requests',
    sessions: 'Sessions',
    pool: 'Connections, peak',
    memory: 'Memory',
    target: (value: string) => `Target: below ${value}`,
    streams: (count: string) => `${count} live connections`,
    poolMax: (count: string) => `of ${count}`,
    heap: (size: string) => `${size} of it heap`,
  },
  concerns: 'What needs attention',
  statuses: { ok: 'Fine', warning: 'Look into it', bad: 'Act now', unknown: 'No figures' },
  topics: {
    responses: 'Response time',
    errors: 'Failed requests',
    sessions: 'Sessions',
    pool: 'Database connections',
    memory: 'Memory',
    loop: 'Event loop delay',
    queues: 'Waiting work',
    overload: 'Too many requests at once',
    limits: 'Requests over a limit',
    failures: 'Background failures',
    models: 'Model calls',
    replication: 'Replication',
    servers: 'Servers',
    tables: 'Tables',
  },
  queueNames: {
    runs: 'runs',
    notifications: 'notifications',
    outbox: 'events',
    jobs: 'recurring jobs',
    emails: 'emails',
  } as Readonly<Record<string, string>>,
  steps: (over: number, of: number, step: number) => (step === 60 ? `${over} of ${of} minutes` : `${over} of ${of} periods of ten minutes`),
  responses: {
    fine: 'Below 500 ms throughout.',
    over: (bound: string) => (steps: string) => `The p95 was above ${bound} in ${steps}.`,
    advice:
      'Look at the slowest requests and statements below. A statement with a high mean may lack an index; if connections wait, raise PG_POOL_MAX; if event loops are delayed, add processes or servers.',
  },
  errors: {
    fine: 'Below 1 % throughout.',
    over: (bound: string) => (steps: string) => `More than ${bound} of requests failed in ${steps}.`,
    advice: 'Search the log for lines with "level":50, and for "refused for now", which says why a request got 503.',
  },
  sessions: {
    now: (now: string) => `${now} sessions. The last day shows whether they only rise.`,
    tooEarly: (now: string) => `${now} sessions. Too early to say whether they only rise.`,
    steady: (now: string) => `${now} sessions, not rising unusually.`,
    grew: (from: string, to: string) => `They rose from ${from} to ${to}.`,
    advice:
      'If people did not, a program may be signing in again for each request: give it a token. Expired sessions are deleted every 15 minutes.',
  },
  pool: {
    fine: 'Connections are free, and no request waits for one.',
    over: (share: string) => (steps: string) => `More than ${share} of the connections were in use in ${steps}.`,
    waits: (bound: string) => (steps: string) => `Requests waited more than ${bound} for a connection in ${steps}.`,
    advice:
      'Raise PG_POOL_MAX (20 to 30 for up to 100 users), or add processes. PostgreSQL’s max_connections must exceed the sum of all pools.',
  },
  memory: {
    now: (now: string) => `${now}. The last day shows whether it only rises.`,
    tooEarly: (now: string) => `${now}. Too early to say whether it only rises.`,
    steady: (now: string) => `${now}, not rising.`,
    grew: (from: string, to: string) => `It rose from ${from} to ${to}.`,
    advice:
      'Caches fill up once after a start. If it rises again tomorrow, something leaks: compare two heap snapshots (node --heapsnapshot-signal).',
  },
  loop: {
    fine: 'No process is held up.',
    over: (bound: string) => (steps: string) => `A process was held up for more than ${bound} in ${steps}.`,
    advice: 'Its cores are used up: set WEB_CONCURRENCY to the number of cores, or add a server.',
  },
  queues: {
    fine: 'Nothing waits long.',
    over: (queue: string, bound: string) => (steps: string) => `The oldest of the ${queue} waited more than ${bound} in ${steps}.`,
    advice: 'Search the log for “could not” and “failed”. If servers are busy, add one: any server takes waiting work.',
  },
  overload: {
    fine: 'Every request found a place.',
    refused: (count: string, share: string) => `${count} requests were refused because there was too much to do (${share}).`,
    advice:
      'If event loops are delayed, add processes or servers. If requests wait for connections, look at the slowest statements below. Searches and exports are refused first; signing out and stopping runs always work.',
  },
  limits: {
    fine: 'No request was over a limit.',
    refused: (count: string, share: string) => `${count} requests were over a limit (${share}).`,
    advice:
      'If all come from one address, check TRUST_PROXY: behind a proxy, everyone may share its address. Otherwise raise the limit named here (RATE_LIMIT_…), or lift it for one person with npm run lift-limits.',
  },
  failures: {
    fine: 'No process was replaced, no notification was given up, and no recurring job failed.',
    found: {
      restarts: (count: number) =>
        count === 1 ? 'A process ended or hung, and was replaced.' : `${count} processes ended or hung, and were replaced.`,
      givenUp: (count: number) => (count === 1 ? 'A notification was given up.' : `${count} notifications were given up.`),
      jobs: (count: number) => (count === 1 ? 'A recurring job failed once.' : `Recurring jobs failed ${count} times.`),
    },
    advice:
      'The log says why: search it for “a server process”, “an email could not be sent” and “a recurring job failed”. For a webhook, ask the person to test it in My settings, Notifications.',
  },
  models: {
    none: 'No model was called.',
    called: (calls: string, failed: string) => `${calls} calls, ${failed} of them failed.`,
    advice: 'Test the provider in Organization settings, Models. Its status page may say more.',
  },
  replication: {
    none: 'There is no standby, or this database user may not see it (grant pg_monitor).',
    fine: 'The standby keeps up.',
    over: (bound: string) => (steps: string) => `The standby was more than ${bound} behind in ${steps}.`,
    advice: 'Check its disk and network. While it is behind, a failover loses what it does not have yet.',
  },
  servers: {
    title: 'Servers',
    none: 'No server has reported yet.',
    fine: (count: number) => (count === 1 ? 'One server reports.' : `All ${count} servers report.`),
    silent: (names: readonly string[]) =>
      `${list(names)} stopped reporting. If that was not you: is the process running, and can it reach PostgreSQL?`,
    allSilent: 'No server has written figures for more than two minutes. Can they write to PostgreSQL? The health check says why.',
    versions: (versions: readonly string[]) => `Servers run different versions: ${list(versions)}. Finish the upgrade.`,
    columns: { name: 'Server', state: 'State', version: 'Version', processes: 'Processes', started: 'Started', seen: 'Last seen' },
    reports: 'Reporting',
    isSilent: 'Silent',
  },
  routes: {
    title: 'Slowest requests',
    about: 'By p95, of all servers together.',
    none: 'No requests in this time.',
    columns: { route: 'Request', count: 'Count', errors: 'Failed', p50: 'p50', p95: 'p95', p99: 'p99' },
  },
  statements: {
    title: 'Statements by time',
    about:
      'As the servers measured them. A mean above 50 ms calls for a look at its plan (explain analyze) and perhaps an index; many calls at a small mean call for a cache.',
    none: 'No statements in this time.',
    columns: { name: 'Statement', calls: 'Calls', mean: 'Mean', total: 'Total', share: 'Share' },
  },
  tables: {
    title: 'Tables by size',
    fine: 'Autovacuum keeps up: no table has many dead rows.',
    bloated: (names: readonly string[]) =>
      `${list(names)}: for every ten rows, more than three are dead. Autovacuum does not keep up: run vacuum (analyze), and lower autovacuum_vacuum_scale_factor for the table.`,
    columns: { name: 'Table', bytes: 'Size', rows: 'Rows', dead: 'Dead rows', vacuumed: 'Last vacuum' },
    never: 'never',
  },
  plots: {
    over: 'Time',
    p50: 'p50',
    p95: 'p95',
    p99: 'p99',
    target: 'Target',
    failed: 'Failed',
    requestsTitle: 'Requests',
    requests: 'Requests',
    sessions: 'Sessions',
    streams: 'Open live connections',
    used: 'Most in use at once',
    max: 'All connections',
    waitTitle: 'Wait for a connection',
    wait: 'p95',
    resident: 'Resident',
    heap: 'Heap',
    delay: 'p99 of the slowest process',
    cpuTitle: 'Processor',
    cpu: 'Cores in use',
    runsTitle: 'Runs',
    working: 'Working now',
    ended: (outcome: string) => `Ended per minute: ${outcome}`,
    perMinute: (count: string) => `${count}/min`,
    dueTimesTitle: 'Due times of schedules',
    signInsTitle: 'Failed sign-ins',
    signInsFailed: 'Wrong email or password',
    restarts: 'Processes replaced',
    notificationsGivenUp: 'Notifications given up',
    jobsFailed: 'Recurring jobs failed',
    costTitle: 'Cost of models',
    cost: 'Cost',
    perHour: (dollars: string) => `US$ ${dollars}/h`,
    cacheTitle: 'Cache hits',
    allReads: 'All reads',
    seconds: (count: number) => `${count} s`,
    lag: 'Behind',
    databaseTitle: 'Database size',
    database: 'Size',
    oldestTitle: 'Longest wait in a queue',
  },
} as const;
