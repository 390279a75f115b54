-- Does PostgreSQL take writes? Each row fills a page that no other can use, so that a disk that is full is noticed, and not only one
-- that takes nothing at all. Emptied before it has 2 MB; vacuumed in between, it would have room without asking the disk for any.
create table write_probes (
  at timestamptz not null default now(),
  filler bytea not null
) with (autovacuum_enabled = false);
alter table write_probes alter column filler set storage plain;
