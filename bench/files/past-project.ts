/** A project with a long past, written by SQL: 500,000 changes of 20,000 files, and a person and a folder that are rare in it. */
import { randomUUID } from 'node:crypto';
import pg from 'pg';

export const CHANGES = 500_000;
const FILES = 20_000;
/** In folders of this many. */
const PER_FOLDER = 100;
/** Of the latest changes, the first file of each folder `old` has none. */
const OLD_UNTIL = 60_000;

interface PastProject {
  projectId: string;
  /** Who makes most changes, and who makes one in 10,000. */
  often: string;
  seldom: string;
  runId: string;
}

/** Each change touches one file; the first file has one change in a hundred, those in `old` none after the first 60,000. */
export async function writePast(url: string): Promise<PastProject> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const [organizationId, projectId, often, seldom, runId] = Array.from({ length: 5 }, () => randomUUID());
  const run = (text: string, values: unknown[] = []) => client.query(text, values);
  await run('set synchronous_commit = off');
  await run(`insert into organizations (id, name) values ($1, 'bench')`, [organizationId]);
  await run(
    `insert into users (id, name, email, password_hash) select id, 'bench', id || '@example.com', 'x' from unnest($1::uuid[]) as id`,
    [[often, seldom]],
  );
  await run(`insert into projects (id, organization_id, name, head) values ($1, $2, 'bench', $3)`, [projectId, organizationId, CHANGES]);
  await run(
    `insert into runs (id, project_id, user_id, title, status, level, model) values ($1, $2, $3, 'bench', 'done', 'supervised', 'practice')`,
    [runId, projectId, often],
  );
  for (const table of ['changes', 'versions', 'files']) await run(`alter table ${table} disable trigger all`);
  await run(
    `insert into changes (id, project_id, number, kind, user_id, run_id, at)
     select gen_random_uuid(), $1, n, 'write', case when n % 10000 = 7 then $3::uuid else $2::uuid end, case when n % 1000 = 5 then $4::uuid end,
       timestamptz '2025-01-01' + n * interval '1 minute'
     from generate_series(1, ${CHANGES}) n`,
    [projectId, often, seldom, runId],
  );
  await run('select setseed(0.5)');
  await run(
    `insert into versions (project_id, path, number, hash)
     select $1, case when file < 2000 then 'old/' else 'src/' end || file / ${PER_FOLDER} || '/file ' || file, n, sha256((n || 'x')::bytea)
     from (
       select n, case
         when n <= ${FILES} then n - 1
         when n % 100 = 0 then 2000
         when n > ${OLD_UNTIL} then 2000 + floor(random() * ${FILES - 2000})::int
         else floor(random() * ${FILES})::int
       end as file
       from generate_series(1, ${CHANGES}) n
     ) touched`,
    [projectId],
  );
  await run(
    `insert into blobs (project_id, hash, size, content)
     select project_id, hash, 71, convert_to('const a = ' || encode(hash, 'hex'), 'UTF8') from versions where project_id = $1`,
    [projectId],
  );
  await run(
    `insert into files (project_id, path, number, hash, size)
     select distinct on (path) project_id, path, number, hash, 71 from versions where project_id = $1 order by path, number desc`,
    [projectId],
  );
  for (const table of ['changes', 'versions', 'files']) await run(`alter table ${table} enable trigger all`);
  await run('vacuum analyze');
  await client.end();
  return { projectId, often, seldom, runId } as PastProject;
}

/** Bytes of a row of each table, with its indexes. */
export async function rowBytes(url: string): Promise<Map<string, number>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const found = new Map<string, number>();
  for (const table of ['changes', 'versions', 'files', 'blobs']) {
    const { rows } = await client.query(
      `select pg_total_relation_size('${table}') / greatest(1, (select count(*) from ${table})) as bytes`,
    );
    found.set(table, Number(rows[0]?.bytes));
  }
  await client.end();
  return found;
}
