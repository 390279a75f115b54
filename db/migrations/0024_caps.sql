-- Unfinished runs of a person are counted at each start.
create index runs_unfinished on runs (user_id) where status in ('queued', 'running', 'waiting');

-- What a project stores: contents of files with their history, contents of approvals that were not used up, long results of tools.
alter table projects add column stored_bytes bigint not null default 0;
