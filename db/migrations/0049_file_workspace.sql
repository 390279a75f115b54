-- Files with modes, empty folders, named points, who has which file open, and an index for searching contents.

-- Git's 100755; kept through saves, moves and undo.
alter table versions add column executable boolean not null default false;
alter table files add column executable boolean not null default false;

alter table changes drop constraint changes_kind_check;
alter table changes add constraint changes_kind_check
  check (kind in ('create', 'write', 'delete', 'move', 'batch', 'revert', 'import', 'restore')) not valid;

-- The history of a person, without their runs.
create index changes_person on changes (project_id, user_id, number) where run_id is null;

-- Folders that were created by themselves, and so exist while nothing is in them. All others follow from the paths of files.
create table folders (
  project_id uuid not null references projects on delete cascade,
  path text collate "C" not null,
  primary key (project_id, path)
);

-- Names for a state of a project: its files as of a change.
create table points (
  id uuid primary key,
  project_id uuid not null references projects on delete cascade,
  number bigint not null,
  name text not null,
  user_id uuid references users on delete set null,
  at timestamptz not null default now(),
  unique (project_id, name)
);
create index points_user on points (user_id);

-- Which file each open page shows. Worth nothing after a crash, so it is not logged.
create unlogged table presence (
  project_id uuid not null references projects on delete cascade,
  user_id uuid not null references users on delete cascade,
  page uuid not null,
  path text collate "C",
  seen_at timestamptz not null default now(),
  primary key (project_id, user_id, page)
);
create index presence_user on presence (user_id);

-- Search. A job adds the contents of current files to the index a few seconds after they were saved, so that saves do not pay for it; until
-- then, a file is searched by reading it. `indexed_hash` is the content of the file that the job has dealt with: a server of the previous
-- version changes `hash` alone, and the file counts as not indexed.
alter table files add column indexed_hash bytea;
create index files_not_indexed on files (project_id, path) where indexed_hash is distinct from hash;
-- Not by project first: by the statistics of a young project, looking up a path among all its files through this index would cost the same
-- as through the primary key.
create index files_hash on files (hash, project_id);
alter table blobs add column in_search boolean not null default false;

-- Only for contents that are text.
create function searchable(content bytea) returns text language sql immutable strict parallel safe
  as $$ select convert_from(content, 'UTF8') $$;

-- Text is UTF-8 without NUL. PostgreSQL has no conversion that answers instead of failing.
create function is_text(content bytea) returns boolean language plpgsql immutable strict as $$
begin
  perform convert_from(content, 'UTF8');
  return true;
exception when character_not_in_repertoire or untranslatable_character then
  return false;
end
$$;

-- To find contents whose files were deleted. The second condition keeps searches from using it.
create index blobs_in_search on blobs (hash, project_id) where in_search and size >= 0;

-- Without these extensions (a PostgreSQL without contrib), searches read every file. Ids are indexed as text so that a search for a text in
-- a project can use no other index: PostgreSQL does not know what it costs to read a content. The collation is one that folds ASCII letters
-- alone: it is fast, and the same in every database.
do $$
begin
  create extension if not exists pg_trgm;
  create extension if not exists btree_gin;
  execute 'create index blobs_search on blobs
    using gin ((project_id::text), (searchable(content) collate "C") gin_trgm_ops) where in_search';
exception when others then
  raise notice 'no index for searching contents: %', sqlerrm;
end
$$;
