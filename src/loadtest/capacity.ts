/**
 * The capacity needed for a number of users: plain arithmetic on the results of a stress test. Everything is planned for 60% utilization,
 * beyond which queues grow faster than load does.
 */
import type { LoadReport } from '#features/monitor/load-report.ts';
import { throughputAt } from '#features/monitor/scalability.ts';

export const UTILISATION = 0.6;
/** A process runs JavaScript on one core. */
const CORES_OF_A_PROCESS = 1;
/** Standard deviations above the mean: a Poisson variable stays below in 999 of 1,000 cases. */
const PEAK_DEVIATIONS = 3.1;
const LEAST_POOL = 5;
/** Besides the pools: superuser reserve (3), backup, migration, an operator with psql. */
export const RESERVED_CONNECTIONS = 10;
/** The connection of the event bus. */
const BUS_CONNECTIONS = 1;

type Stage = NonNullable<LoadReport['stress']>['stages'][number];
type Fit = NonNullable<NonNullable<LoadReport['stress']>['fit']>;

/** The cost of a request or a user, measured at the highest number of users that met the targets. Null: not measurable. */
export interface Costs {
  /** Users at which it was measured. */
  users: number;
  /** Requests per second of each user, at this mean think time in milliseconds. */
  perUser: number;
  think: number;
  /** CPU milliseconds per request. */
  serverMs: number | null;
  databaseMs: number | null;
  /** Milliseconds that a request uses a connection. */
  connectionMs: number | null;
  /** Bytes of a process with few users, and additional bytes per user. */
  processMemory: number | null;
  userMemory: number | null;
  /** Shares of the requests. */
  saves: number;
  runs: number;
  fit: Fit | null;
}

/** @throws Error if the report has no usable stage */
export function costsOf(report: LoadReport): Costs {
  const { stress, steps, total, think } = report;
  const stage = stress?.stages.findLast(({ users, met }) => met && users === stress.holds);
  if (!stress || !stage) throw new Error('No stage of this report holds, so there is nothing to plan with. Run npm run test:stress again.');
  const { requestsPerSecond, users, resources } = stage;
  const perRequest = (amount: number | null) => (amount === null ? null : (amount / requestsPerSecond) * 1000);
  const shareOf = (name: string) => (total.requests === 0 ? 0 : (steps.find((step) => step.name === name)?.count ?? 0) / total.requests);
  const databaseMs = perRequest(resources.databaseCpu);
  const inUseMs = perRequest(resources.poolUsed);
  return {
    users,
    perUser: requestsPerSecond / users,
    think,
    serverMs: perRequest(resources.serverCpu),
    databaseMs,
    // Sampled once a second, short use is missed; but a connection is in use for as long as the database works for it.
    connectionMs: inUseMs === null ? null : Math.max(inUseMs, databaseMs ?? 0),
    ...memoryOf(stress.stages, processesOf(report)),
    saves: shareOf('saveFile'),
    runs: shareOf('startRun'),
    fit: stress.fit,
  };
}

/** As in the report; otherwise one per core, the default in production. */
function processesOf({ target, machine }: LoadReport): number {
  return Number(/WEB_CONCURRENCY (\d+)/.exec(target.about)?.[1] ?? machine.cores) || 1;
}

function memoryOf(stages: readonly Stage[], processes: number): Pick<Costs, 'processMemory' | 'userMemory'> {
  const seen = stages.flatMap(({ users, resources: { memory } }) => (memory === null ? [] : { users, memory }));
  const sorted = seen.toSorted((a, b) => a.users - b.users);
  const [few, many] = [sorted[0], sorted.at(-1)];
  if (!few || !many) return { processMemory: null, userMemory: null };
  const userMemory = many.users > few.users ? Math.max(0, (many.memory - few.memory) / (many.users - few.users)) : 0;
  return { processMemory: few.memory / processes, userMemory };
}

export interface Question {
  users: number;
  /** Mean think time in milliseconds. */
  think: number;
  /** Of one server. */
  cores: number;
}

export type Capacity = ReturnType<typeof capacityFor>;

/** @returns the capacity needed; null where a cost was not measurable */
export function capacityFor(costs: Costs, { users, think, cores }: Question) {
  const requestsPerSecond = users * costs.perUser * (costs.think / think);
  /** The number of users that makes as many requests at the measured think time. */
  const equivalent = requestsPerSecond / costs.perUser;
  const contention = contentionOf(costs, equivalent);
  const coresFor = (ms: number | null) => (ms === null ? null : (requestsPerSecond * ms * contention) / 1000);
  const serverCores = coresFor(costs.serverMs);
  const databaseCores = coresFor(costs.databaseMs);

  const processes = serverCores === null ? null : Math.max(1, Math.ceil(serverCores / UTILISATION / CORES_OF_A_PROCESS - 1e-9));
  const serversNeeded = processes === null ? null : Math.ceil(processes / cores);
  const servers = serversNeeded === null ? null : serversNeeded + 1;
  const processesOfServer = processes === null || serversNeeded === null ? null : Math.ceil(processes / serversNeeded);

  const inUse = costs.connectionMs === null ? null : (requestsPerSecond * costs.connectionMs) / 1000;
  const inUseByProcess = inUse === null || processes === null ? null : inUse / processes;
  const pool =
    inUseByProcess === null ? null : Math.max(LEAST_POOL, Math.ceil(inUseByProcess + PEAK_DEVIATIONS * Math.sqrt(inUseByProcess)) + 1);
  const allProcesses = servers === null || processesOfServer === null ? null : servers * processesOfServer;
  const connections = pool === null || allProcesses === null ? null : allProcesses * (pool + BUS_CONNECTIONS);
  const usersOfServer = serversNeeded === null ? null : users / serversNeeded;
  const serverMemory =
    costs.processMemory === null || costs.userMemory === null || processesOfServer === null || usersOfServer === null
      ? null
      : processesOfServer * costs.processMemory + usersOfServer * costs.userMemory;
  return {
    requestsPerSecond,
    equivalent,
    contention,
    serverCores,
    databaseCores,
    processes,
    serversNeeded,
    servers,
    processesOfServer,
    allProcesses,
    held: inUse,
    inUseByProcess,
    pool,
    connections,
    maxConnections: connections === null ? null : Math.ceil((connections + RESERVED_CONNECTIONS) / 10) * 10,
    usersOfServer,
    serverMemory,
    beyond: beyondLaw(costs, equivalent),
  };
}

/** How much more a request costs than when measured: 1 up to the measured number of users, then by the scalability law. */
function contentionOf({ fit, users: measured }: Costs, users: number): number {
  if (!fit || users <= measured) return 1;
  const efficiency = (count: number) => throughputAt(fit, count) / (fit.lambda * count);
  return efficiency(measured) / efficiency(users);
}

/** `measured`: within the tested range; `law`: extrapolated by the scalability law; `peak`: more than one database can serve. */
function beyondLaw({ fit, users: measured }: Costs, users: number): 'measured' | 'law' | 'peak' {
  if (fit?.peakUsers != null && users > fit.peakUsers) return 'peak';
  return users > measured ? 'law' : 'measured';
}

/** The scaling guide's table of pool sizes. */
export function guidePool(users: number): string {
  if (users < 25) return '5-10';
  if (users < 50) return '10-20';
  return users < 100 ? '20-30' : '30-50';
}
