/** Searches of contents and names, each in turn with `git grep` on the same files. */
import { processorTimeOf } from '#loadtest/resources/process-time.ts';
import { get } from '../client.ts';
import { type Figure, print, printTable } from '../figures.ts';
import { median, ROUNDS } from '../rounds.ts';
import type { Checkout } from './git.ts';
import { latencyOf, measureEach, ms } from './latency.ts';

interface Asked {
  what: string;
  q: string;
  query: Record<string, string>;
  /** Options of `git grep` for the same. */
  git: string[];
}

const text = (what: string, q: string): Asked => ({ what, q, query: {}, git: ['--ignore-case', '--fixed-strings'] });
const exact = (what: string, q: string): Asked => ({ what, q, query: { case: 'true' }, git: ['--fixed-strings'] });
const regex = (what: string, q: string): Asked => ({ what, q, query: { regex: 'true' }, git: ['--perl-regexp'] });

const rare = [
  text('rare text', 'createHmac'),
  exact('rare text, matching case', 'createHmac'),
  text('rare words', 'copyright holders be liable to'),
  exact('absent text', 'zzqqxxyy'),
];
const common = [
  text('common text', 'function'),
  exact('common text, matching case', 'return'),
  text('common text', 'the'),
  text('no letters', '=>'),
];
const patterns = [
  regex('pattern with words', 'function\\s+\\w+Grant'),
  regex('alternatives', '(?:createHmac|timingSafeEqual)\\('),
  regex('common pattern', '^import .* from'),
  regex('pattern without words', '\\d{4}-\\d{2}-\\d{2}T'),
];
const names = ['s', 'idx', 'pkgjson', 'reactdom', 'zzzz'];

interface Measuring {
  port: number;
  /** Processes of the server and of PostgreSQL. */
  pid: number;
  postmaster: number;
  cookie: string;
  /** Path of the project’s API. */
  project: string;
  checkout: Checkout;
  /** Files with lines that a regular expression does not search to their ends. */
  longLined: ReadonlySet<string>;
}

/** Requests of each round. */
const REPEATED = 5;

export async function measureSearches(measuring: Measuring): Promise<{ figures: Figure[]; failures: number }> {
  const rows = [['', 'ours ms', 'git grep ms', 'of git grep', 'CPU ms', 'PostgreSQL', 'git grep', 'lines', '']];
  const figures: Figure[] = [];
  let failures = 0;
  for (const asked of [...rare, ...common, ...patterns]) {
    const found = await compare(measuring, asked);
    failures += found.failures;
    rows.push([
      `${asked.what}: ${asked.q}`,
      ms(found.ours),
      ms(found.git),
      (found.ours / found.git).toFixed(2),
      ms(found.cpu),
      ms(found.databaseCpu),
      ms(found.gitCpu),
      `${found.lines}`,
      found.truncated ? 'first page' : '',
    ]);
    if (rare.includes(asked)) figures.push(figure(`${asked.what}, of git grep`, '≤ 1', found.ours / found.git, found.ours <= found.git));
    else if (common.includes(asked))
      figures.push(figure(`${asked.what} (${asked.q}), first ${found.lines} lines`, '< 50 ms', found.ours, found.ours < 50));
  }
  printTable('Search in the contents of 20,000 files', rows);
  const named = await measureNames(measuring);
  return { figures: [...figures, ...named.figures], failures: failures + named.failures };
}

const figure = (what: string, target: string, measured: number, met: boolean): Figure => ({
  number: 11,
  what,
  target,
  measured: target.endsWith('ms') ? `${ms(measured)} ms` : measured.toFixed(2),
  met,
});

async function compare({ port, pid, postmaster, cookie, project, checkout, longLined }: Measuring, { q, query, git: options }: Asked) {
  const question = get(`${project}/search?${new URLSearchParams({ q, ...query })}`, cookie);
  const [ours, git]: [number[], number[]] = [[], []];
  let failures = 0;
  let page: { matches: { path: string; line: number }[]; truncated: boolean } = { matches: [], truncated: false };
  let places: string[] = [];
  const cpu = { server: 0, database: 0, git: 0 };
  // The first round warms up both.
  for (let round = 0; round <= ROUNDS; round++) {
    const before = [processorTimeOf(pid) ?? 0, processorTimeOf(postmaster) ?? 0] as const;
    const answered = await measureEach(
      port,
      Array.from({ length: REPEATED }, () => question),
    );
    const after = [processorTimeOf(pid) ?? 0, processorTimeOf(postmaster) ?? 0, timeOfChildren()] as const;
    const grepped = await checkout.grep(options, q);
    if (round > 0) {
      cpu.server += after[0] - before[0];
      cpu.database += after[1] - before[1];
      cpu.git += timeOfChildren() - after[2];
    }
    failures += answered.failures;
    page = JSON.parse(String(answered.bodies[0])) as typeof page;
    places = grepped.places;
    if (round > 0) [ours.push(median(answered.took)), git.push(grepped.took)];
  }
  const found = page.matches.map(({ path, line }) => `${path}:${line}`);
  const wanted = new Set(places);
  const isSearched = (place: string) => !query['regex'] || !longLined.has(place.slice(0, place.lastIndexOf(':')));
  const missed = page.truncated ? [] : places.filter((place) => !found.includes(place) && isSearched(place));
  const wrong = [...missed, ...found.filter((place) => !wanted.has(place))];
  if (wrong.length > 0) print(`${q}: Guildhall and git grep differ in ${wrong.length} lines, such as ${wrong[0]}`);
  const each = (seconds: number, count: number) => (seconds * 1000) / (ROUNDS * count);
  const times = { cpu: each(cpu.server, REPEATED), databaseCpu: each(cpu.database, REPEATED), gitCpu: each(cpu.git, 1) };
  return {
    ...times,
    ours: median(ours),
    git: median(git),
    lines: found.length,
    truncated: page.truncated,
    failures: failures + wrong.length,
  };
}

/** Processor time of ended child processes, in seconds. */
function timeOfChildren(): number {
  const { user, system } = process.cpuUsage();
  return (processorTimeOf(process.pid) ?? 0) - (user + system) / 1e6;
}

async function measureNames({ port, cookie, project }: Measuring): Promise<{ figures: Figure[]; failures: number }> {
  const rows = [['', 'p50 ms', 'p95 ms']];
  const all: number[] = [];
  let failures = 0;
  for (const name of names) {
    const question = get(`${project}/names?${new URLSearchParams({ q: name })}`, cookie);
    await measureEach(
      port,
      Array.from({ length: 5 }, () => question),
    );
    const answered = await measureEach(
      port,
      Array.from({ length: 30 }, () => question),
    );
    failures += answered.failures;
    all.push(...answered.took);
    const { p50, p95 } = latencyOf(answered.took);
    rows.push([name, ms(p50), ms(p95)]);
  }
  printTable('Names among 20,000 paths', rows);
  const { p95 } = latencyOf(all);
  return { figures: [figure('names, p95', '< 50 ms', p95, p95 < 50)], failures };
}
