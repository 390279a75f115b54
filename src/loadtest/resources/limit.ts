/** Which resource is exhausted first: pure functions over resource usage. */
import type { LoadReport, Resources } from '#features/monitor/load-report.ts';
import { MAX_LATENESS_MS } from '../targets.ts';

export type Limit = NonNullable<LoadReport['stress']>['limit'];

/** The available resources. */
export interface Bounds {
  /** Of this machine. */
  cores: number;
  /** Bytes of memory of this machine. */
  memory: number;
  /** Server processes; null if the servers do not report it. */
  processes: number | null;
  /** Whether servers, generator, and database run on this machine, as far as their CPU time is known. */
  shared: boolean;
}

/** Usage while a target was missed. */
export interface Strain {
  users: number;
  resources: Resources;
  requests: number;
  errors: number;
  /** Requests rejected by rate limits. */
  refused: number;
  /** Lateness of the generator in milliseconds, at p99. */
  lateness: number;
}

/** Share from which a bound counts as reached: averaged over seconds, the last tenth is never observed. */
const FULL = 0.9;
/** For a machine's cores: the system's own share is not measured. */
const FULL_MACHINE = 0.85;

/** @returns the exhausted resource, and the figures that show it in a sentence */
export function findLimit(strain: Strain, bounds: Bounds): Limit {
  const { resource, evidence } =
    limiter(strain) ??
    serverCpu(strain.resources, bounds) ??
    machine(strain.resources, bounds) ??
    generator(strain) ??
    databaseCpu(strain.resources, bounds) ??
    // A busy event loop uses connections longer, so that requests wait for them too.
    eventLoop(strain.resources, bounds) ??
    pool(strain.resources) ??
    memory(strain.resources, bounds) ??
    ({ resource: 'nothing seen', evidence: 'a target was missed, and no resource that could be seen was used up.' } as const);
  return { resource, evidence: `At ${strain.users} users ${evidence}` };
}

/** Describes the exhausted resource. If none was observed, the evidence says so. */
export function describeLimit({ resource, evidence }: Limit): string {
  return resource === 'nothing seen' ? evidence : `What gave out: ${resource}. ${evidence}`;
}

function limiter({ refused, errors, requests }: Strain): Limit | undefined {
  if (refused === 0 || refused < errors / 2) return undefined;
  return { resource: 'limiter', evidence: `the limits refused ${refused} of ${requests} requests (429). Raise RATE_LIMIT_MULTIPLIER.` };
}

function generator({ lateness, resources: { generatorCpu } }: Strain): Limit | undefined {
  if (lateness <= MAX_LATENESS_MS) return undefined;
  const used = generatorCpu === null ? '' : ` It used ${cores(generatorCpu)}.`;
  return {
    resource: 'generator CPU',
    evidence: `the generator itself was late by ${Math.round(lateness)} ms at p99.${used} Raise GENERATORS.`,
  };
}

function serverCpu({ serverCpu }: Resources, { processes, cores: all }: Bounds): Limit | undefined {
  const allowed = Math.min(processes ?? all, all);
  if (serverCpu === null || serverCpu < FULL * allowed) return undefined;
  return { resource: 'server CPU', evidence: `the server used ${cores(serverCpu)} of the ${allowed} that its processes can use.` };
}

/** If the machine as a whole is exhausted, names the largest consumer. */
function machine(resources: Resources, { shared, cores: all }: Bounds): Limit | undefined {
  const users = cpuUsers(resources);
  const used = users.reduce((sum, { value }) => sum + value, 0);
  const [most] = users;
  if (!shared || !most || used < FULL_MACHINE * all) return undefined;
  const parts = users.map(({ name, value }) => `${name} ${value.toFixed(2)}`).join(', ');
  return { resource: most.resource, evidence: `together they filled the machine’s ${all} cores: ${parts}. The ${most.name} had the most.` };
}

function databaseCpu({ databaseCpu }: Resources, { cores: all }: Bounds): Limit | undefined {
  if (databaseCpu === null || databaseCpu < FULL * all) return undefined;
  return { resource: 'database CPU', evidence: `PostgreSQL used ${cores(databaseCpu)} of ${all}.` };
}

function pool({ poolWaiting, poolUsed, poolMax }: Resources): Limit | undefined {
  if (!poolWaiting) return undefined;
  return {
    resource: 'connection pool',
    evidence: `${poolWaiting} requests waited for a database connection, with ${poolUsed} of ${poolMax} in use. Raise PG_POOL_MAX.`,
  };
}

function eventLoop({ eventLoop, serverCpu }: Resources, { processes }: Bounds): Limit | undefined {
  if (eventLoop === null || eventLoop < FULL) return undefined;
  const busy = `the server’s event loops were busy ${percent(eventLoop)} of the time`;
  // Busy without having had the CPU: they were waiting for it.
  const heldUp = serverCpu !== null && processes !== null && serverCpu < 0.8 * eventLoop * processes;
  const why = heldUp ? `, of which they had the processor ${percent(serverCpu / (eventLoop * processes))}: something else had it` : '';
  return { resource: 'event loop', evidence: `${busy}${why}.` };
}

function memory({ memory }: Resources, bounds: Bounds): Limit | undefined {
  if (memory === null || memory < FULL * bounds.memory) return undefined;
  return { resource: 'memory', evidence: `the server’s memory rose to ${percent(memory / bounds.memory)} of the machine’s.` };
}

/** @returns the resource that would be exhausted first under more load, by its share of the bound; undefined if nothing was observed */
export function findNearestLimit(resources: Resources, { cores: all, processes, memory, shared }: Bounds): Limit | undefined {
  const { serverCpu, databaseCpu, eventLoop, poolUsed, poolMax, memory: used } = resources;
  const [most, ...others] = cpuUsers(resources);
  const together = [most, ...others].reduce((sum, user) => sum + (user?.value ?? 0), 0);
  const allowed = Math.min(processes ?? all, all);
  const shares: [Limit['resource'], number | null, string][] = [
    ['server CPU', serverCpu === null ? null : serverCpu / allowed, `of ${allowed} cores`],
    ['database CPU', databaseCpu === null ? null : databaseCpu / all, `of ${all} cores`],
    ['event loop', eventLoop, 'of the time'],
    ['connection pool', poolUsed === null || !poolMax ? null : poolUsed / poolMax, `of ${poolMax} connections`],
    ['memory', used === null ? null : used / memory, 'of the machine’s'],
  ];
  if (shared && most) shares.push([most.resource, together / all, `of the machine’s ${all} cores, with all that runs on it`]);
  const [nearest] = shares
    .flatMap(([resource, share, bound]) => (share === null ? [] : [{ resource, share, bound }]))
    .toSorted((a, b) => b.share - a.share);
  return nearest && { resource: nearest.resource, evidence: `${percent(nearest.share)} ${nearest.bound}` };
}

/** The largest first. */
function cpuUsers({ serverCpu, databaseCpu, generatorCpu }: Resources) {
  const users = [
    { resource: 'server CPU', name: 'server', value: serverCpu },
    { resource: 'database CPU', name: 'database', value: databaseCpu },
    { resource: 'generator CPU', name: 'generator', value: generatorCpu },
  ] as const;
  return users.flatMap((user) => (user.value === null ? [] : [{ ...user, value: user.value }])).toSorted((a, b) => b.value - a.value);
}

const cores = (value: number) => `${value.toFixed(2)} cores`;
const percent = (share: number) => `${Math.round(share * 100)} %`;
