/** The history of one path in a project of 500,000 changes. */
import { get } from '../client.ts';
import { type Figure, printTable } from '../figures.ts';
import { idOf, runSql } from '../people.ts';
import { latencyOf, measureEach, ms } from './latency.ts';

const CHANGES = 500_000;
const PATHS = 2000;

/** Change `n` saved the file `n % PATHS`. */
export const createHistory = (databaseUrl: string, project: number) =>
  runSql(
    databaseUrl,
    `insert into changes (id, project_id, number, kind)
       select ('10000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, pg_temp.id(${project}), n, case when n <= ${PATHS} then 'create' else 'write' end
       from generate_series(1, ${CHANGES}) n;
     insert into blobs (project_id, hash, size, content)
       select pg_temp.id(${project}), sha256(convert_to(n::text, 'UTF8')), length(n::text), convert_to(n::text, 'UTF8') from generate_series(0, 999) n;
     insert into versions (project_id, path, number, hash)
       select pg_temp.id(${project}), 'folder' || n % ${PATHS} % 20 || '/file' || n % ${PATHS}, n, sha256(convert_to((n % 1000)::text, 'UTF8'))
       from generate_series(1, ${CHANGES}) n;
     insert into files (project_id, path, number, hash, size)
       select v.project_id, v.path, v.number, v.hash, b.size
       from (select distinct on (path) * from versions where project_id = pg_temp.id(${project}) order by path, number desc) v
       join blobs b on b.project_id = v.project_id and b.hash = v.hash;
     update projects set head = ${CHANGES} where id = pg_temp.id(${project});
     analyze`,
  );

export async function measureHistory(port: number, cookie: string, project: number): Promise<{ figures: Figure[]; failures: number }> {
  const ask = (query: Record<string, string>) => get(`/api/projects/${idOf(project)}/changes?${new URLSearchParams(query)}`, cookie);
  const paths = Array.from({ length: 40 }, (_, index) => `folder${index % 20}/file${index * 47 - ((index * 47) % 20) + (index % 20)}`);
  const cases: Record<string, Buffer[]> = {
    'of one path': paths.map((path) => ask({ path })),
    'of one path, further back': paths.map((path) => ask({ path, before: String(CHANGES / 2) })),
    'of the project': paths.map((_, index) => ask({ before: String(CHANGES - index * 1000) })),
  };
  const rows = [['', 'p50 ms', 'p95 ms']];
  const figures: Figure[] = [];
  let failures = 0;
  for (const [what, questions] of Object.entries(cases)) {
    await measureEach(port, questions.slice(0, 10));
    const answered = await measureEach(port, questions);
    failures += answered.failures;
    const { p50, p95 } = latencyOf(answered.took);
    rows.push([what, ms(p50), ms(p95)]);
    if (what === 'of one path')
      figures.push({ number: 11, what: `history ${what}, p95`, target: '< 20 ms', measured: `${ms(p95)} ms`, met: p95 < 20 });
  }
  printTable(`History in a project of ${CHANGES.toLocaleString('en')} changes`, rows);
  return { figures, failures };
}
