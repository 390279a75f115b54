-- What the doctor found last. One row.
create table doctor_reports (
  id boolean primary key default true check (id),
  ran_at timestamptz not null,
  checks jsonb not null
);
-- Which version each server runs, and when its metrics were last requested. Null for servers of earlier versions.
alter table servers add column version text, add column scraped_at timestamptz;
