import { statement } from '#kernel/database/statement.ts';

/** A server that stores a build, or deletes old ones, makes the others wait. */
const WAIT_MS = 60_000;

export const lockBuilds = statement<never>('client-assets.lock', 'select pg_advisory_xact_lock(7301004)', { timeout: WAIT_MS });

/** @returns nothing if the build is not stored */
export const touchBuild = statement<{ id: string }, { id: string }>(
  'client-assets.touch-build',
  'update client_builds set used_at = now() where id = $id returning id',
);

export const insertBuild = statement<never, { id: string; names: string[] }>(
  'client-assets.insert-build',
  'insert into client_builds (id, names) values ($id, $names)',
);

export const selectMissing = statement<{ name: string }, { names: string[] }>(
  'client-assets.select-missing',
  `select given.name from unnest($names::text[]) as given (name)
   where given.name is not null and not exists (select from client_assets a where a.name = given.name)`,
);

export const insertAsset = statement<never, { name: string; content: Buffer }>(
  'client-assets.insert',
  'insert into client_assets (name, content) values ($name, $content)',
  { timeout: WAIT_MS },
);

export const selectNames = statement<{ name: string }>('client-assets.select-names', 'select name from client_assets');

export const selectAsset = statement<{ content: Buffer }, { name: string }>(
  'client-assets.select',
  'select content from client_assets where name = $name',
);

/** The one that was used last stays. */
export const deleteOldBuilds = statement<{ id: string }, { hours: number }>(
  'client-assets.delete-old-builds',
  `delete from client_builds where used_at < now() - make_interval(hours => $hours)
     and id <> (select id from client_builds order by used_at desc, created_at desc limit 1)
   returning id`,
);

export const deleteUnusedAssets = statement<never>(
  'client-assets.delete-unused',
  'delete from client_assets where name not in (select unnest(names) from client_builds)',
  { timeout: WAIT_MS },
);
