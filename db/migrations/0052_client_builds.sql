-- The assets of each build of the client, so that every server serves pages of every build of the last day: during an upgrade, a page asks
-- servers of another version too.

create table client_builds (
  -- Digest of the names.
  id text primary key,
  -- The build's files under /assets, compressed ones included.
  names text[] not null,
  created_at timestamptz not null default now(),
  -- When a server last ran it, to the hour.
  used_at timestamptz not null default now()
);

-- A name contains the hash of the content, so it means the same in every build.
create table client_assets (
  name text collate "C" primary key,
  content bytea not null
);
-- Compressed already, most of them.
alter table client_assets alter column content set storage external;
