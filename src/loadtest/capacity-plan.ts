/** `npm run plan -- --users 400`: the capacity this many users need, from the newest stress test, with the calculation. */
import { glob, readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type LoadReport, loadReport } from '#features/monitor/load-report.ts';
import {
  type Capacity,
  type Costs,
  capacityFor,
  costsOf,
  guidePool,
  type Question,
  RESERVED_CONNECTIONS,
  UTILISATION,
} from './capacity.ts';
import { messageOf } from './failure.ts';
import { print } from './print.ts';
import { alignTable } from './table.ts';

/** Not measured: contents of the usual size with their rows and indexes, and the log of a short run. */
const BYTES_OF_SAVE = 6 * 1024;
const BYTES_OF_RUN = 30 * 1024;
const HOURS_OF_DAY = 8;
const BYTES_OF_CONNECTION = 10 * 1024 ** 2;
const several = (count: number, thing: string) => `${count} ${thing}${count === 1 ? '' : thing.endsWith('s') ? 'es' : 's'}`;
const percent = `${UTILISATION * 100} %`;

type Row = [name: string, answer: string, arithmetic: string];

function number(value: number): string {
  if (Number.isInteger(value) || value >= 100) return Math.round(value).toLocaleString('en');
  return value.toFixed(value < 10 ? 2 : 1);
}
const gigabytes = (bytes: number) => `${(bytes / 1024 ** 3).toFixed(1)} GB`;
const megabytes = (bytes: number) => `${(bytes / 1024 ** 2).toFixed(0)} MB`;
const UNSEEN: [string, string] = ['?', 'not seen in that test: METRICS_TOKEN was not known'];

/** @returns each figure with its calculation */
export function explainPlan(costs: Costs, question: Question): Row[] {
  const capacity = capacityFor(costs, question);
  const { users, think } = question;
  const rate = `${number(capacity.requestsPerSecond)} requests/s`;
  const slower = think === costs.think ? '' : ` × ${costs.think / 1000} s / ${think / 1000} s of thought`;
  return [
    ['requests', rate, `${number(users)} users × ${number(costs.perUser)} requests/s each${slower}`],
    ['server CPU', ...explainCores(capacity.serverCores, costs.serverMs, rate, capacity.contention)],
    ...explainServers(capacity, question),
    ['database CPU', ...explainCores(capacity.databaseCores, costs.databaseMs, rate, capacity.contention)],
    ...explainConnections(capacity, costs, question, rate),
    ...explainMemory(capacity, costs),
    ['database growth', ...explainGrowth(capacity, costs)],
  ];
}

function explainCores(cores: number | null, ms: number | null, rate: string, contention: number): [string, string] {
  if (cores === null || ms === null) return UNSEEN;
  const waste = contention > 1.005 ? ` × ${contention.toFixed(2)} for contention` : '';
  return [`${number(cores / UTILISATION)} cores`, `${rate} × ${number(ms)} ms${waste} = ${number(cores)} cores, at ${percent}`];
}

function explainServers({ serverCores, processes, servers, serversNeeded, processesOfServer }: Capacity, { cores }: Question): Row[] {
  if (serverCores === null || processes === null || servers === null || serversNeeded === null) return [['processes', ...UNSEEN]];
  return [
    ['processes', String(processes), `${number(serverCores / UTILISATION)} cores, one a process`],
    [
      'servers',
      `${servers}`,
      `${several(processes, 'process')} / ${several(cores, 'core')} a server = ${serversNeeded}, and one that may fail (N+1)`,
    ],
    ['WEB_CONCURRENCY', `${processesOfServer}`, `${several(processes, 'process')} / ${several(serversNeeded, 'server')}`],
  ];
}

function explainConnections(capacity: Capacity, { connectionMs }: Costs, { users }: Question, rate: string): Row[] {
  const { held: inUse, inUseByProcess, pool, processes, allProcesses, connections, maxConnections } = capacity;
  if (
    inUse === null ||
    processes === null ||
    allProcesses === null ||
    inUseByProcess === null ||
    pool === null ||
    connectionMs === null ||
    connections === null
  )
    return [['PG_POOL_MAX', '20', `the default; the guide: ${guidePool(users)}. ${UNSEEN[1]}`]];
  const mean = `${rate} × ${number(connectionMs)} ms held = ${number(inUse)} at once, / ${several(processes, 'process')} = ${number(inUseByProcess)}`;
  return [
    ['PG_POOL_MAX', String(pool), `${mean}, and 3.1 √ of it for peaks, + 1, at least 5 (the guide, in all: ${guidePool(users)})`],
    ['connections', String(connections), `${several(allProcesses, 'process')} with the spare server × (${pool} + 1 for news)`],
    ['max_connections', String(maxConnections), `${connections} + ${RESERVED_CONNECTIONS} for backup, migration and people, in tens`],
  ];
}

function explainMemory({ serverMemory, processesOfServer, usersOfServer, connections }: Capacity, costs: Costs): Row[] {
  const rows: Row[] = [];
  const { processMemory, userMemory } = costs;
  if (serverMemory === null || processMemory === null || userMemory === null || usersOfServer === null || processesOfServer === null)
    rows.push(['memory of a server', ...UNSEEN]);
  else {
    const parts = `${several(processesOfServer, 'process')} × ${megabytes(processMemory)} + ${number(usersOfServer)} users × ${number(userMemory / 1024)} kB`;
    rows.push(['memory of a server', gigabytes(serverMemory / UTILISATION), `${parts} = ${megabytes(serverMemory)}, at ${percent}`]);
  }
  if (connections !== null) {
    const bytes = connections * BYTES_OF_CONNECTION;
    const shared = Math.max(1024 ** 3, bytes);
    const arithmetic = `${connections} connections × 10 MB (assumed) + as much, 1 GB at least, for shared_buffers, at ${percent}`;
    rows.push(['memory of PostgreSQL', gigabytes((bytes + shared) / UTILISATION), arithmetic]);
  }
  return rows;
}

function explainGrowth({ requestsPerSecond }: Capacity, { saves, runs }: Costs): [string, string] {
  const bytes = requestsPerSecond * (saves * BYTES_OF_SAVE + runs * BYTES_OF_RUN);
  const parts = `${number(requestsPerSecond * saves)} saves/s × 6 kB + ${number(requestsPerSecond * runs)} runs/s × 30 kB (sizes assumed)`;
  return [`${gigabytes(bytes * 3600 * HOURS_OF_DAY)} a day`, `${parts}, while all work for ${HOURS_OF_DAY} hours`];
}

/** @returns whether the plan can be trusted for this many users */
export function explainReach(costs: Costs, question: Question): string {
  const { beyond, equivalent } = capacityFor(costs, question);
  const users = `${number(question.users)} users`;
  const as = Math.round(equivalent) === question.users ? '' : ` (as much as ${number(equivalent)} at ${costs.think / 1000} s of thought)`;
  if (beyond === 'measured') return `${users}${as} are within what was measured: ${number(costs.users)} held.`;
  if (beyond === 'law')
    return `${users}${as} are more than the ${number(costs.users)} that held. ${costs.fit ? 'The Universal Scalability Law was used to go on from there' : 'No law could be fitted, so costs are taken to stay as they are'}: measure again on what you build.`;
  const peak = number(costs.fit?.peakUsers ?? 0);
  return `${users}${as} are more than one database carries: by the Universal Scalability Law throughput falls beyond ${peak} users, and more servers would not help. Give PostgreSQL a faster machine and measure again, or run several installations.`;
}

interface Found {
  path: string;
  report: LoadReport;
}

async function readReport(path: string): Promise<Found | undefined> {
  const parsed = loadReport.safeParse(JSON.parse(await readFile(path, 'utf8')));
  return parsed.success && parsed.data.test === 'stress' ? { path, report: parsed.data } : undefined;
}

/** @throws Error with instructions */
async function findReport(named: string | undefined): Promise<Found> {
  if (named !== undefined) {
    const found = await readReport(named).catch(() => undefined);
    if (!found)
      throw new Error(`${named} cannot be read as the report of a stress test. Name a JSON file that npm run test:stress has written.`);
    return found;
  }
  const found: Found[] = [];
  for await (const path of glob('reports/*.json'))
    found.push(...[await readReport(path).catch(() => undefined)].filter((each) => each !== undefined));
  const [newest] = found.sort((a, b) => b.report.startedAt.localeCompare(a.report.startedAt));
  if (!newest)
    throw new Error(
      'There is no stress test to plan with. Run npm run test:stress first, where Guildhall shall run, or name one with --report FILE.',
    );
  return newest;
}

function readQuestion(values: { users?: string; think?: string; cores?: string }, { think, machine }: LoadReport): Question {
  const positive = (name: string, text: string): number => {
    const value = Number(text);
    if (!(value > 0 && value <= 1e6))
      throw new Error(`--${name} must be a number above 0, such as --${name} ${name === 'users' ? 400 : 4}.`);
    return value;
  };
  if (values.users === undefined) throw new Error('Say how many people are at work at once: npm run plan -- --users 400');
  return {
    users: Math.ceil(positive('users', values.users)),
    think: values.think === undefined ? think : positive('think', values.think) * 1000,
    cores: values.cores === undefined ? machine.cores : Math.ceil(positive('cores', values.cores)),
  };
}

async function main(): Promise<void> {
  const options = { users: { type: 'string' }, think: { type: 'string' }, cores: { type: 'string' }, report: { type: 'string' } } as const;
  const { values } = parseArgs({ options });
  const { path, report } = await findReport(values.report);
  const question = readQuestion(values, report);
  const costs = costsOf(report);
  const { cores, processor } = report.machine;
  print(
    `\nPlan for ${number(question.users)} users who think ${question.think / 1000} s between steps, on servers of ${question.cores} cores.`,
  );
  print(
    `From ${path}: the stress test of ${report.startedAt} on ${cores} cores (${processor}), measured at ${number(costs.users)} users.\n`,
  );
  print(alignTable([['', 'needed', 'because'], ...explainPlan(costs, question)]));
  print(`\n${explainReach(costs, question)}`);
  print('A core of another machine is another core: measure there, too, before many depend on it.');
}

if (import.meta.main) {
  await main().catch((error: unknown) => {
    print(messageOf(error));
    process.exitCode = 1;
  });
}
