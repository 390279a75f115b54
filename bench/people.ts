/** Fills a database with people, their projects and sessions, through SQL: a thousand sign-ups would take a minute. */

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { hash } from '@node-rs/bcrypt';
import { sign } from 'cookie-signature';
import pg from 'pg';

export interface Person {
  id: string;
  email: string;
  cookie: string;
}

export const PASSWORD = 'for the bench';

/** save.pgbench.sql builds ids in the same way. */
export const idOf = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

/** Runs a script of statements without parameters. */
export async function runSql(databaseUrl: string, script: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(
      `create function pg_temp.id(number bigint) returns uuid immutable
       return ('00000000-0000-4000-8000-' || lpad(number::text, 12, '0'))::uuid`,
    );
    await client.query(script);
  } finally {
    await client.end();
  }
}

/** @returns SQL that creates this many sessions, for the people in turn: `session-1`, `session-2`, … */
export function sessions(count: number, people: number): string {
  // The session data is built once per person: building it for each of a million sessions would take most of the time.
  return `with carried as materialized (
      select n as person, jsonb_build_object(
        'cookie', jsonb_build_object('originalMaxAge', 604800000, 'expires', '2100-01-01T00:00:00.000Z', 'httpOnly', true, 'path', '/', 'sameSite', 'lax'),
        'userId', pg_temp.id(n), 'publicId', pg_temp.id(n), 'device', 'A browser', 'address', '127.0.0.1',
        'createdAt', now(), 'renewedAt', floor(extract(epoch from now()) * 1000)) as sess
      from generate_series(1, ${people}) n
    )
    insert into sessions (sid, sess, expire)
    select 'session-' || n, sess, now() + interval '7 days'
    from generate_series(1, ${count}) n join carried on person = (n - 1) % ${people} + 1`;
}

/**
 * People 1 to `count`, each the owner of an organization with this many projects, and signed in; the first person has projects 1 to
 * `projectsEach`, and so on.
 */
export async function createPeople(
  { databaseUrl, secret }: { databaseUrl: string; secret: string },
  count: number,
  projectsEach: number,
): Promise<Person[]> {
  await runSql(
    databaseUrl,
    `insert into users (id, name, email, password_hash)
       select pg_temp.id(n), 'Person ' || n, 'person' || n || '@example.com', '${await hash(PASSWORD, { cost: 10 })}' from generate_series(1, ${count}) n;
     insert into organizations (id, name) select pg_temp.id(n), 'Organization ' || n from generate_series(1, ${count}) n;
     insert into members (organization_id, user_id, role) select pg_temp.id(n), pg_temp.id(n), 'owner' from generate_series(1, ${count}) n;
     insert into projects (id, organization_id, name)
       select pg_temp.id(n), pg_temp.id((n - 1) / ${projectsEach} + 1), 'A project with a name of some length, number ' || n
       from generate_series(1, ${count * projectsEach}) n;
     ${sessions(count, count)};
     analyze`,
  );
  return Array.from({ length: count }, (_, index) => ({
    id: idOf(index + 1),
    email: `person${index + 1}@example.com`,
    cookie: cookieOf(`session-${index + 1}`, secret),
  }));
}

export function cookieOf(sid: string, secret: string): string {
  return `guildhall.sid=${encodeURIComponent(`s:${sign(sid, secret)}`)}`;
}

/** 4 kB of prose, so that its compression ratio is realistic. */
export async function readText(): Promise<string> {
  const text = await readFile(new URL('../docs/architecture.md', import.meta.url), 'latin1');
  return text.replace(/[^ -~]/g, ' ').slice(0, 4080);
}

/** A file `notes.md` of 4 kB in each of these projects. @returns its version */
export async function createFiles(databaseUrl: string, projects: readonly number[]): Promise<string> {
  const content = Buffer.from(`${'0'.repeat(15)} ${await readText()}`);
  const version = createHash('sha256').update(content).digest('hex');
  const hashed = `'\\x${version}'::bytea`;
  await runSql(
    databaseUrl,
    `create temporary table chosen as select pg_temp.id(n) as id from unnest('{${projects.join(',')}}'::bigint[]) n;
     update projects set head = 1 where id in (select id from chosen);
     insert into changes (id, project_id, number, kind) select id, id, 1, 'create' from chosen;
     insert into blobs (project_id, hash, size, content)
       select id, ${hashed}, ${content.length}, '\\x${content.toString('hex')}'::bytea from chosen;
     insert into versions (project_id, path, number, hash) select id, 'notes.md', 1, ${hashed} from chosen;
     insert into files (project_id, path, number, hash, size) select id, 'notes.md', 1, ${hashed}, ${content.length} from chosen;
     analyze`,
  );
  return version;
}

/** Runs 1, 2, …, one in each of these projects, with this many text events in their logs. */
export async function createRuns(
  databaseUrl: string,
  projects: readonly number[],
  texts: number,
  status: 'done' | 'waiting',
): Promise<void> {
  const by = `(select m.user_id from members m join projects p using (organization_id) where p.id = pg_temp.id(c.project) limit 1)`;
  await runSql(
    databaseUrl,
    `create temporary table chosen as select project, n from unnest('{${projects.join(',')}}'::bigint[]) with ordinality as c (project, n);
     insert into runs (id, project_id, user_id, title, status, level, model, last_event)
       select pg_temp.id(n), pg_temp.id(project), ${by}, 'A run', '${status}', 'supervised', 'practice', ${texts} from chosen c;
     insert into run_events (run_id, seq, type, data)
       select pg_temp.id(n), seq, 'text', jsonb_build_object('text', 'some words of an answer, as a model says them ' || seq)
       from chosen, generate_series(1, ${texts}) seq;
     analyze`,
  );
}
