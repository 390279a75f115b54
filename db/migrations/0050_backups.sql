-- The backups that were made, by whom and where they are. Several servers may write here, and one of them makes a backup at a time.

create table backups (
  id uuid primary key default gen_random_uuid(),
  -- Of the file; null until it is there.
  name text,
  -- The folder or the s3:// address, and the machine whose folder it is.
  location text not null,
  host text,
  reason text not null check (reason in ('manual', 'scheduled', 'command')),
  status text not null check (status in ('running', 'done', 'failed')),
  -- The person who made it, by name, since it outlives accounts and the restore of a database that lacks them.
  user_name text,
  started_at timestamptz not null default now(),
  -- Renewed while it runs: a server that died renews it no more.
  beat_at timestamptz not null default now(),
  ended_at timestamptz,
  -- Of text read so far, before compression.
  read_bytes bigint not null default 0,
  -- Size of the file.
  bytes bigint,
  rows bigint,
  encrypted boolean not null,
  failure text
);
create unique index backups_running on backups (status) where status = 'running';
create index backups_newest on backups (started_at desc, id desc);

create table restore_tests (
  id uuid primary key default gen_random_uuid(),
  backup_name text not null,
  tested_at timestamptz not null default now(),
  passed boolean not null,
  seconds integer not null,
  rows bigint,
  -- Where it was restored to: `temporary` or `url`.
  target text not null check (target in ('temporary', 'url')),
  failure text
);
create index restore_tests_newest on restore_tests (tested_at desc, id desc);

-- The restores of this database. While one is not confirmed, nothing goes out: no mail, webhook, schedule, trigger or run.
create table restores (
  id uuid primary key default gen_random_uuid(),
  backup_made_at timestamptz not null,
  backup_version text not null,
  restored_at timestamptz not null default now(),
  confirmed_at timestamptz
);
create unique index restores_unconfirmed on restores ((true)) where confirmed_at is null;
