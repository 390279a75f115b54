-- Versions of a project's AGENTS.md by which runs that no person starts may go: written or accepted by a person who at that moment might
-- have had such runs work at this level. A fact of that moment; what becomes of the person later changes nothing.
create table accepted_instructions (
  project_id uuid not null,
  -- Of the change that left the file so.
  number bigint not null,
  level text not null check (level in ('off', 'supervised', 'autonomous')),
  user_id uuid references users on delete set null,
  accepted_at timestamptz not null default now(),
  -- However many accept it at once, it is accepted once.
  primary key (project_id, number, level),
  foreign key (project_id, number) references changes (project_id, number) on delete cascade
);
create index accepted_instructions_user on accepted_instructions (user_id);

-- What people have written until now is what they trust today; what a run wrote last waits.
insert into accepted_instructions (project_id, number, level, user_id, accepted_at)
select p.id, v.number, 'autonomous', v.user_id, v.at
from projects p
cross join lateral (
  select v.number, c.user_id, c.at from versions v join changes c on c.project_id = v.project_id and c.number = v.number
  where v.project_id = p.id and v.path = 'AGENTS.md' and c.run_id is null
  order by v.number desc limit 1
) v;

-- The highest level at which whoever decided might have had runs work that no person starts. Null: none, or before this was known.
alter table approvals add column decided_level text check (decided_level in ('off', 'supervised', 'autonomous'));
