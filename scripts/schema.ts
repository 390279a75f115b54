/**
 * Writes `db/schema.sql`, a readable copy of the current schema, from a freshly migrated database. With --check: reports whether the file
 * is current and whether every statement matches its types.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbedded } from '#kernel/database/embedded/embedded.ts';
import { migrate } from '#kernel/database/migrate.ts';
import { createLog } from '#kernel/log.ts';
import { checkStatements } from './sql/check.ts';

const columns = `
  select c.relname as table, c.relpersistence = 'u' as unlogged, a.attname as column, format_type(a.atttypid, a.atttypmod) as type,
    a.attnotnull as required, pg_get_expr(d.adbin, d.adrelid) as value, a.attgenerated <> '' as generated,
    (select co.collname from pg_collation co where co.oid = a.attcollation and co.collname <> 'default') as collation
  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
  where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' order by c.relname, a.attnum`;
const constraints = `
  select conrelid::regclass::text as table, conname as name, pg_get_constraintdef(oid) as definition from pg_constraint
  where connamespace = 'public'::regnamespace and contype <> 'n' order by 1, contype desc, conname`;
const indexes = `
  select tablename as table, indexdef as definition from pg_indexes
  where schemaname = 'public' and indexname not in (select conname from pg_constraint) order by 1, indexname`;
const triggers = `
  select tgrelid::regclass::text as table, pg_get_triggerdef(oid) as definition from pg_trigger where not tgisinternal order by 1, tgname`;
const views = `select viewname as table, definition from pg_views where schemaname = 'public' order by viewname`;
const functions = `
  select pg_get_functiondef(p.oid) as definition from pg_proc p
  where pronamespace = 'public'::regnamespace and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
  order by proname`;

interface Column {
  table: string;
  unlogged: boolean;
  column: string;
  type: string;
  required: boolean;
  value: string | null;
  generated: boolean;
  collation: string | null;
}
interface Definition {
  table: string;
  name?: string;
  definition: string;
}

function describeColumn({ column, type, required, value, generated, collation }: Column): string {
  const fallback = value === null ? '' : generated ? ` generated always as (${value}) stored` : ` default ${value}`;
  return `  ${column} ${type}${collation ? ` collate "${collation}"` : ''}${fallback}${required ? ' not null' : ''}`;
}

async function describeSchema(client: pg.Client): Promise<string> {
  const rows = async <T extends pg.QueryResultRow>(sql: string) => (await client.query<T>(sql)).rows;
  const [all, constraint, index, trigger, fn, view] = [
    await rows<Column>(columns),
    await rows<Definition>(constraints),
    await rows<Definition>(indexes),
    await rows<Definition>(triggers),
    await rows<Definition>(functions),
    await rows<Definition>(views),
  ];
  const tables = [...new Set(all.map((column) => column.table))].map((table) => {
    const of = <T extends { table: string }>(list: T[]) => list.filter((item) => item.table === table);
    const own = of(all);
    const body = [...own.map(describeColumn), ...of(constraint).map(({ name, definition }) => `  constraint ${name} ${definition}`)];
    const create = `create ${own[0]?.unlogged ? 'unlogged ' : ''}table ${table} (\n${body.join(',\n')}\n);`;
    return [create, ...[...of(index), ...of(trigger)].map(({ definition }) => `${definition};`)].join('\n');
  });
  const head = '-- Today’s schema, as all migrations together make it. Written by scripts/schema.ts; not run by anything.';
  return `${[head, ...fn.map(({ definition }) => `${definition.trim()};`), ...tables, ...view.map(({ table, definition }) => `create view ${table} as\n${definition.trim()}`)].join('\n\n')}\n`;
}

async function check(client: pg.Client, schema: string): Promise<string[]> {
  const current = (await readFile('db/schema.sql', 'utf8').catch(() => '')) === schema;
  return [...(current ? [] : ['db/schema.sql is not current. Run: node scripts/schema.ts']), ...(await checkStatements(client))];
}

const dataDir = await mkdtemp(join(tmpdir(), 'guildhall-schema-'));
const database = await startEmbedded({ dataDir, log: await createLog({ level: 'warn', readable: true }), durable: false });
try {
  await migrate(database.url);
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const schema = await describeSchema(client);
  if (process.argv.includes('--check')) {
    const problems = await check(client, schema);
    for (const problem of problems) process.stderr.write(`${problem}\n`);
    process.exitCode = problems.length === 0 ? 0 : 1;
  } else await writeFile('db/schema.sql', schema);
  await client.end();
} finally {
  await database.stop();
  await rm(dataDir, { recursive: true, force: true });
}
