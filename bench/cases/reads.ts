/**
 * Reads by a signed-in person: a cached list, the same list when the client already has it, and data that is always read from the database.
 */
import { askEach, cycle, get, headerOf, load } from '../client.ts';
import { type Figure, type Findings, print, printTable } from '../figures.ts';
import type { Installation, Open, Server, ServerName } from '../installation.ts';
import { createFiles, createPeople, createRuns, idOf, type Person } from '../people.ts';
import { inTurns, type Measured, rateOf, ratioInTurns, SECONDS, summarize, WARM_UP_SECONDS, withCpu } from '../rounds.ts';

const PEOPLE = 1000;
const PROJECTS = 20;
/** People with a file and a run. */
const AUTHORS = 50;

type Servers = Map<ServerName, Server>;
/** Rounds by server. */
type Found = Map<ServerName, Measured[]>;

interface Comparison {
  title: string;
  connections: number;
  seconds: number;
  warmUp: number;
  names: readonly ServerName[];
  questions: (name: ServerName) => readonly Buffer[];
  status?: number;
}

async function compare({ postmaster }: Installation, servers: Servers, comparison: Comparison): Promise<Found> {
  const { title, connections, seconds, warmUp, names, questions, status = 200 } = comparison;
  const contenders: Record<string, (round: number) => Promise<Measured>> = {};
  for (const name of names) {
    const { port, pid } = servers.get(name) as Server;
    const next = cycle(questions(name));
    const run = (duration: number) => load({ port, connections, seconds: duration, next, accept: (answer) => answer.status === status });
    contenders[name] = async (round) => {
      if (round === 0) await run(warmUp);
      return withCpu(pid, postmaster, () => run(seconds));
    };
  }
  const measured = await inTurns(contenders);
  const found: Found = new Map(names.map((name) => [name, measured[name] ?? []]));
  printTable(`${title}, ${connections} connections`, tableOf(found));
  return found;
}

function ratio(found: Found, of: ServerName, to: ServerName): number {
  return ratioInTurns(found.get(of) ?? [], found.get(to) ?? [], rateOf);
}

function tableOf(found: Found): string[][] {
  const times = (of: ServerName, to: ServerName) => (found.has(to) ? ratio(found, of, to).toFixed(2) : '');
  const rows = [...found].map(([name, rounds]) => {
    const { perSecond, p50, p99, cpu, databaseCpu, failures } = summarize(rounds);
    const numbers = [p50.toFixed(1), p99.toFixed(1), cpu.toFixed(3), databaseCpu.toFixed(3), String(failures)];
    return [name, Math.round(perSecond).toLocaleString('en'), times(name, 'guide'), times(name, 'floor'), ...numbers];
  });
  return [['', 'req/s', 'of guide', 'of floor', 'p50 ms', 'p99 ms', 'CPU ms/req', 'PostgreSQL', 'failures'], ...rows];
}

/** The floor is a fair comparison only if it sends the same responses as Guildhall. */
async function countDifferences(servers: Servers, question: Buffer): Promise<number> {
  const shapes: string[] = [];
  for (const name of ['guildhall', 'floor'] as const) {
    const [answer] = await askEach(servers.get(name)?.port ?? 0, [question], 1);
    const headers = answer?.head
      .split('\r\n')
      .slice(1)
      .map((line) => line.split(':')[0]?.toLowerCase());
    const { projects } = JSON.parse(String(answer?.body)) as { projects: { id: string }[] };
    shapes.push(JSON.stringify([headers?.sort(), projects.map(({ id }) => id).sort()]));
  }
  return shapes[0] === shapes[1] ? 0 : 1;
}

async function conditional(servers: Servers, questions: readonly Buffer[], people: readonly Person[]): Promise<Map<ServerName, Buffer[]>> {
  const found = new Map<ServerName, Buffer[]>();
  for (const [name, { port }] of servers) {
    if (name === 'express') continue;
    const answers = await askEach(port, questions);
    found.set(
      name,
      people.map(({ cookie }, index) => {
        const answer = answers[index];
        return get('/api/projects', cookie, { 'if-none-match': answer ? headerOf(answer, 'etag') : '' });
      }),
    );
  }
  return found;
}

export async function reads(open: Open): Promise<Findings> {
  await using installation = await open();
  const people = await createPeople(installation, PEOPLE, PROJECTS);
  const firstProjects = Array.from({ length: AUTHORS }, (_, index) => index * PROJECTS + 1);
  await createFiles(installation.databaseUrl, firstProjects);
  await createRuns(installation.databaseUrl, firstProjects, 30, 'done');
  const servers: Servers = new Map();
  for (const name of ['guildhall', 'guide', 'express', 'floor'] as const) servers.set(name, await installation.start(name));

  const lists = people.map(({ cookie }) => get('/api/projects', cookie));
  const authors = people.slice(0, AUTHORS);
  const files = authors.map(({ cookie }, index) => get(`/api/projects/${idOf(firstProjects[index] ?? 0)}/file?path=notes.md`, cookie));
  const logs = authors.map(({ cookie }, index) => get(`/api/runs/${idOf(index + 1)}`, cookie));
  const differences = await countDifferences(servers, lists[0] as Buffer);
  if (differences > 0) print('The floor does not answer as Guildhall does: compare headers and projects with bench/servers/floor.ts.');

  const list = { title: `A list of ${PROJECTS} projects`, warmUp: WARM_UP_SECONDS, names: [...servers.keys()], questions: () => lists };
  const at50 = await compare(installation, servers, { ...list, connections: 50, seconds: SECONDS });
  const at500 = await compare(installation, servers, { ...list, connections: 500, seconds: SECONDS / 2, warmUp: 1 });
  const conditionals = await conditional(servers, lists, people);
  const short = { connections: 50, seconds: SECONDS / 2 };
  const unchanged = await compare(installation, servers, {
    ...short,
    title: 'The same, unchanged (304)',
    warmUp: 2,
    names: ['guildhall', 'guide', 'floor'],
    questions: (name) => conditionals.get(name) ?? [],
    status: 304,
  });
  const pair = { ...short, warmUp: WARM_UP_SECONDS, names: ['guildhall', 'guide'] as const };
  const file = await compare(installation, servers, { ...pair, title: 'A file of 4 kB', questions: () => files });
  const log = await compare(installation, servers, { ...pair, title: 'The log of a run, 30 events', questions: () => logs });

  // Failures of the guide's stack, which gives up after 2 s, are part of its result.
  const failures = [at50, at500, unchanged, file, log].reduce((sum, found) => sum + summarize(found.get('guildhall') ?? []).failures, 0);
  return { figures: judge({ at50, at500, file, log }), failures: failures + differences };
}

function judge({ at50, at500, file, log }: Record<'at50' | 'at500' | 'file' | 'log', Found>): Figure[] {
  const figure = (what: string, found: Found, other: ServerName, least: number): Figure => {
    const measured = ratio(found, 'guildhall', other);
    return { number: 1, what, target: `≥ ${least}`, measured: measured.toFixed(2), met: measured >= least };
  };
  const { p99 } = summarize(at50.get('guildhall') ?? []);
  const { p50: guideP50 } = summarize(at50.get('guide') ?? []);
  return [
    figure('list, times the guide’s stack, 50 connections', at50, 'guide', 10),
    figure('list, times the guide’s stack, 500 connections', at500, 'guide', 10),
    figure('list, of the floor, 50 connections', at50, 'floor', 0.75),
    figure('list, of the floor, 500 connections', at500, 'floor', 0.75),
    {
      number: 1,
      what: 'list, p99 below the guide’s p50',
      target: `< ${guideP50.toFixed(1)} ms`,
      measured: `${p99.toFixed(1)} ms`,
      met: p99 < guideP50,
    },
    figure('file of 4 kB, times the guide’s stack', file, 'guide', 2.5),
    figure('log of a run, times the guide’s stack', log, 'guide', 2.5),
  ];
}
