/** Loading many rows at once: without what PostgreSQL would otherwise check and maintain for each of them. */
import type pg from 'pg';

/** What is not part of an extension. */
export const ours = (catalog: string, alias: string): string =>
  `not exists (select from pg_depend d where d.classid = '${catalog}'::regclass and d.objid = ${alias}.oid and d.deptype = 'e')`;
/** Oids and names of our tables. */
export const tablesOf = `select c.oid, c.relname as name from pg_class c
  where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and ${ours('pg_class', 'c')}`;

/**
 * Foreign keys, secondary indexes and triggers are in the way of rows that arrive table by table. Adding them again checks every row, and
 * is faster than maintaining them. Call it in a transaction.
 * @returns a function that puts them back
 */
export async function suspendRules(client: pg.ClientBase): Promise<() => Promise<void>> {
  const { rows: constraints } = await client.query<{ drop: string; add: string }>(
    `select format('alter table %s drop constraint %I', c.conrelid::regclass, c.conname) as drop,
       format('alter table %s add constraint %I %s', c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid)) as add
     from pg_constraint c where c.contype = 'f' and c.connamespace = current_schema()::regnamespace order by c.oid`,
  );
  const { rows: indexes } = await client.query<{ drop: string; add: string }>(
    `select format('drop index %s', i.indexrelid::regclass) as drop, pg_get_indexdef(i.indexrelid) as add
     from pg_index i join (${tablesOf}) t on t.oid = i.indrelid
     where not exists (select from pg_constraint c where c.conindid = i.indexrelid) order by i.indexrelid`,
  );
  const { rows: triggers } = await client.query<{ disable: string; enable: string }>(
    `select format('alter table %s disable trigger %I', g.tgrelid::regclass, g.tgname) as disable,
       format('alter table %s %s trigger %I', g.tgrelid::regclass,
         case g.tgenabled when 'A' then 'enable always' when 'R' then 'enable replica' else 'enable' end, g.tgname) as enable
     from pg_trigger g join (${tablesOf}) t on t.oid = g.tgrelid where not g.tgisinternal and g.tgenabled <> 'D'`,
  );
  for (const { drop } of [...constraints, ...indexes]) await client.query(drop);
  for (const { disable } of triggers) await client.query(disable);
  return async () => {
    for (const { add } of [...indexes, ...constraints]) await client.query(add);
    for (const { enable } of triggers) await client.query(enable);
  };
}
