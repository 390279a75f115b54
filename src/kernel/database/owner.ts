/** Whose the tables are. */
import type pg from 'pg';

/**
 * From here on, what is created belongs to the role that owns the tables, as which the servers connect, even if a superuser migrates or
 * restores. In a database without tables, a superuser's belong to the owner of the database.
 * @param scope until the end of the transaction, or of the connection
 */
export async function actAsOwner(client: pg.ClientBase, scope: 'transaction' | 'connection'): Promise<void> {
  // Since PostgreSQL 16, a role that creates another is a member of it without being allowed to act as it.
  const { rows } = await client.query<{ role: string }>(
    `select quote_ident(owner.rolname) as role
     from pg_roles self, pg_database d left join pg_class c on c.oid = to_regclass('migrations')
       join pg_roles owner on owner.oid = coalesce(c.relowner, d.datdba)
     where d.datname = current_database() and self.rolname = current_user and owner.oid <> self.oid
       and (c.oid is not null or self.rolsuper)
       and pg_has_role(owner.oid, case when current_setting('server_version_num')::int < 160000 then 'member' else 'set' end)`,
  );
  if (rows[0]) await client.query(`set ${scope === 'transaction' ? 'local ' : ''}role ${rows[0].role}`);
}
