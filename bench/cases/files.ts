/**
 * The file workspace on a real tree of 20,000 files: listing, reading, saving, searching, history, import and export, beside a git checkout
 * of the same files and the guide’s stack.
 */
import { createSearchIndex } from '#features/files/server/files.ts';
import { createDatabase } from '#kernel/database/pool.ts';
import { createLog } from '#kernel/log.ts';
import { cycle, get, load } from '../client.ts';
import { type Figure, type Findings, print, printTable } from '../figures.ts';
import { createCheckout } from '../files/git.ts';
import { createHistory, measureHistory } from '../files/history.ts';
import { latencyOf, measureEach, ms } from '../files/latency.ts';
import { measureSaves, withoutIndex } from '../files/saves.ts';
import { measureSearches } from '../files/searches.ts';
import { measureTransfers } from '../files/transfers.ts';
import { readTree, storeTree, type TreeFile } from '../files/tree.ts';
import type { Installation, Open } from '../installation.ts';
import { createPeople, idOf, type Person } from '../people.ts';
import { inTurns, ROUNDS, rateOf, ratioInTurns, SECONDS, summarize, WARM_UP_SECONDS, withCpu } from '../rounds.ts';

const FILES = 20_000;
/** Projects: the tree, another one in the same database, and a long history; the others are for saves. */
const [TREE, OTHER, HISTORY, FIRST_OF_SAVES] = [1, 2, 3, 4];
const SAVERS = [0, 1, 2, 3];
/** After those of saves: one for each round of imports. */
const IMPORTED = Array.from({ length: ROUNDS }, (_, round) => FIRST_OF_SAVES + SAVERS.length + round);

export async function files(open: Open): Promise<Findings> {
  const tree = await readTree(FILES);
  print(`${FILES.toLocaleString('en')} files, ${Math.round(tree.reduce((sum, { content }) => sum + content.length, 0) / 1e6)} MB`);
  await using installation = await open();
  await using plain = await open();
  await using checkout = await createCheckout(tree);
  const people = await createPeople(installation, 1, FIRST_OF_SAVES + SAVERS.length + IMPORTED.length);
  const others = await createPeople(plain, 1, FIRST_OF_SAVES + SAVERS.length);
  const [person] = people as [Person];
  await fill(installation, tree, true);
  await fill(plain, tree, false);
  const server = await installation.start('guildhall');
  const { port } = server;
  const longLined = new Set(tree.filter(({ content }) => hasLongLine(content)).map(({ path }) => path));
  const measuring = {
    longLined,
    port,
    pid: server.pid,
    postmaster: installation.postmaster,
    cookie: person.cookie,
    project: `/api/projects/${idOf(TREE)}`,
    checkout,
  };
  const searches = await measureSearches(measuring);
  const listings = await measureListings(port, person.cookie, tree);
  const reads = await measureReads(installation, server, person, tree);

  // Before saves are measured: with only a few changes, PostgreSQL plans to read all of them each time.
  for (const { databaseUrl } of [installation, plain]) await createHistory(databaseUrl, HISTORY);
  const projects = SAVERS.map((index) => FIRST_OF_SAVES + index);
  const release = await withoutIndex(plain.databaseUrl, projects);
  const plainServer = await plain.start('guildhall');
  const savers = (all: readonly Person[]) => SAVERS.map(() => all[0] as Person);
  const saves = await measureSaves(
    {
      ...server,
      postmaster: installation.postmaster,
      databaseUrl: installation.databaseUrl,
      people: savers(people),
      projects,
      largeProject: OTHER,
    },
    { ...plainServer, postmaster: plain.postmaster, databaseUrl: plain.databaseUrl, people: savers(others), projects },
  );
  await release();

  const history = await measureHistory(port, person.cookie, HISTORY);
  // Last: the server indexes what was imported, beside anything that follows.
  const transfers = await measureTransfers({ ...server, cookie: person.cookie, projects: IMPORTED, checkout }, tree);
  const found = [searches, listings, reads, saves, history, transfers];
  return { figures: found.flatMap(({ figures }) => figures), failures: found.reduce((sum, { failures }) => sum + failures, 0) };
}

const LONG_LINE = 10_000;
const hasLongLine = (content: Buffer): boolean =>
  content
    .toString('latin1')
    .split('\n')
    .some(({ length }) => length > LONG_LINE);

/** Two projects with all files. */
async function fill({ databaseUrl }: Installation, tree: readonly TreeFile[], indexed: boolean): Promise<void> {
  const log = await createLog({ level: 'warn', readable: true });
  const db = createDatabase({ url: databaseUrl, max: 4, log });
  for (const project of [TREE, OTHER]) await storeTree(db, idOf(project), tree);
  const begun = performance.now();
  if (indexed) await createSearchIndex({ db, log, minAge: 0 }).fillAll();
  if (indexed) print(`Indexed twice in ${Math.round((performance.now() - begun) / 1000)} s`);
  await db.query({ name: '', text: 'vacuum analyze files, blobs, versions, changes', values: [], query_timeout: 120_000 });
  await db.close();
}

async function measureListings(port: number, cookie: string, tree: readonly TreeFile[]): Promise<Findings> {
  const ask = (path: string) => get(`/api/projects/${idOf(TREE)}/files?depth=1${path && `&path=${encodeURIComponent(path)}`}`, cookie);
  const folders = [...new Set(tree.map(({ path }) => path.slice(0, path.lastIndexOf('/'))))]
    .filter((_, index) => index % 29 === 0)
    .slice(0, 60);
  const cases = { 'the root': folders.slice(0, 40).map(() => ask('')), 'a folder': folders.map(ask) };
  const targets = { 'the root': 20, 'a folder': 10 };
  const figures: Figure[] = [];
  const rows = [['', 'p50 ms', 'p95 ms']];
  let failures = 0;
  for (const what of ['the root', 'a folder'] as const) {
    await measureEach(port, cases[what].slice(0, 20));
    const answered = await measureEach(port, cases[what]);
    failures += answered.failures;
    const { p50, p95 } = latencyOf(answered.took);
    rows.push([what, ms(p50), ms(p95)]);
    figures.push({
      number: 11,
      what: `listing of ${what}, p95`,
      target: `< ${targets[what]} ms`,
      measured: `${ms(p95)} ms`,
      met: p95 < targets[what],
    });
  }
  printTable('Listings of the tree', rows);
  return { figures, failures };
}

async function measureReads(
  installation: Installation,
  { port, pid }: { port: number; pid: number },
  { cookie }: Person,
  tree: readonly TreeFile[],
): Promise<Findings> {
  const guide = await installation.start('guide');
  const small = tree.filter(({ content }) => content.length > 2000 && content.length < 8000).slice(0, 200);
  const questions = small.map(({ path }) => get(`/api/projects/${idOf(TREE)}/file?path=${encodeURIComponent(path)}`, cookie));
  const run = (at: number) => (seconds: number) => load({ port: at, connections: 50, seconds, next: cycle(questions) });
  const [ours, theirs] = [run(port), run(guide.port)];
  await ours(WARM_UP_SECONDS);
  await theirs(WARM_UP_SECONDS);
  const found = await inTurns({
    guildhall: () => withCpu(pid, installation.postmaster, () => ours(SECONDS)),
    guide: () => withCpu(guide.pid, installation.postmaster, () => theirs(SECONDS)),
  });
  const ratio = ratioInTurns(found.guildhall, found.guide, rateOf);
  const rows = (['guildhall', 'guide'] as const).map((name) => {
    const { perSecond, p50, p99, cpu } = summarize(found[name]);
    return [name, Math.round(perSecond).toLocaleString('en'), p50.toFixed(1), p99.toFixed(1), cpu.toFixed(3)];
  });
  printTable('Reads of files of 2 to 8 kB, 50 connections', [['', 'req/s', 'p50 ms', 'p99 ms', 'CPU ms/req'], ...rows]);
  const figure = { number: 11, what: 'file, times the guide’s stack', target: '≥ 9', measured: ratio.toFixed(2), met: ratio >= 9 };
  return { figures: [figure], failures: summarize(found.guildhall).failures };
}
