/** Saves of a 4 kB file, compared with pgbench running the same statements over as many connections. */
import { headerOf, type Load, load, request } from '../client.ts';
import { type Findings, print, printTable } from '../figures.ts';
import type { Open } from '../installation.ts';
import { createFiles, createPeople, idOf, type Person, readText } from '../people.ts';
import * as pgbench from '../pgbench.ts';
import { inTurns, type Measured, rateOf, ratioInTurns, SECONDS, summarize, WARM_UP_SECONDS, withCpu } from '../rounds.ts';

const CONNECTIONS = 20;
/** Each connection saves in its own projects, like one person. */
const PROJECTS_EACH = 10;
const PROJECTS = CONNECTIONS * PROJECTS_EACH;

/** Each save names the version created by the previous save in its project. */
function createSaves(people: readonly Person[], text: string, first: string): Pick<Load, 'next' | 'accept'> {
  const versions = new Map<number, string>();
  const asked: number[] = [];
  let saved = 1;
  return {
    next(connection) {
      const project = connection * PROJECTS_EACH + (saved % PROJECTS_EACH) + 1;
      asked[connection] = project;
      const content = Buffer.from(`${String(saved++).padStart(15, '0')} ${text}`);
      const headers = { cookie: people[connection]?.cookie ?? '', 'if-match': versions.get(project) ?? `"${first}"` };
      return request('PUT', `/api/projects/${idOf(project)}/file?path=notes.md`, headers, content);
    },
    accept(answer, connection) {
      if (answer.status !== 200) return false;
      versions.set(asked[connection] ?? 0, headerOf(answer, 'etag'));
      return true;
    },
  };
}

export async function writes(open: Open): Promise<Findings> {
  await using installation = await open();
  const { databaseUrl, postmaster } = installation;
  // The second half of the projects is for pgbench.
  const people = await createPeople(installation, CONNECTIONS * 2, PROJECTS_EACH);
  const text = await readText();
  const first = await createFiles(
    databaseUrl,
    Array.from({ length: PROJECTS * 2 }, (_, index) => index + 1),
  );
  const { port, pid } = await installation.start('guildhall');
  const saves = createSaves(people, text, first);
  const save = (seconds: number) => load({ port, connections: CONNECTIONS, seconds, ...saves });
  const there = await pgbench.isThere();

  await save(WARM_UP_SECONDS);
  if (there) await pgbench.save(databaseUrl, CONNECTIONS, 1, text);
  const contenders: Record<string, () => Promise<Measured>> = {
    guildhall: () => withCpu(pid, postmaster, () => save(SECONDS)),
    ...(there ? { pgbench: () => withCpu(0, postmaster, () => pgbench.save(databaseUrl, CONNECTIONS, SECONDS, text)) } : {}),
  };
  const found = await inTurns(contenders);
  const ours = summarize(found['guildhall'] ?? []);
  const theirs = there ? summarize(found['pgbench'] ?? []) : undefined;
  const ratio = ratioInTurns(found['guildhall'] ?? [], found['pgbench'] ?? [], rateOf);
  printTable(`Saves of a 4 kB file, ${CONNECTIONS} connections, ${PROJECTS} projects`, [
    ['', 'saves/s', 'of pgbench', 'p50 ms', 'p99 ms', 'CPU ms/save', 'PostgreSQL', 'round trips by design'],
    rowOf('guildhall', ours, there ? ratio.toFixed(2) : '', '2'),
    ...(theirs ? [rowOf('pgbench', theirs, '1.00', '6')] : []),
  ]);
  if (theirs) print('  p50 of pgbench is its mean.');
  else print('pgbench is not on the PATH. It comes with PostgreSQL’s packages, such as postgresql-contrib; without it there is no ratio.');

  const figure = { number: 4, what: 'saves, of what pgbench reaches', target: '≥ 0.5', measured: ratio.toFixed(2), met: ratio >= 0.5 };
  return { figures: theirs ? [figure] : [], failures: ours.failures + (theirs?.failures ?? 0) };
}

function rowOf(name: string, one: Measured, ratio: string, roundTrips: string): string[] {
  const ms = (value: number, digits: number) => (Number.isFinite(value) ? value.toFixed(digits) : '');
  return [
    name,
    Math.round(one.perSecond).toLocaleString('en'),
    ratio,
    ms(one.p50, 1),
    ms(one.p99, 1),
    one.cpu > 0 ? one.cpu.toFixed(3) : '',
    one.databaseCpu.toFixed(3),
    roundTrips,
  ];
}
