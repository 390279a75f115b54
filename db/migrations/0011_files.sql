-- Several files at once, and what takes other changes back.
alter table changes drop constraint changes_kind_check;
alter table changes add constraint changes_kind_check check (kind in ('create', 'write', 'delete', 'move', 'batch', 'revert'));

-- The change that took this one back; while it stands, there is nothing of this one to undo.
alter table changes add column undone_by uuid references changes on delete set null;
create index changes_undone_by on changes (undone_by) where undone_by is not null;

-- With the path too: it lists a change's paths in order, and it is the index that PostgreSQL may take to check that a file has
-- its version, which without the path reads every path of the change for each of them (5,000 files at once: 2.3 s instead of 0.5 s).
drop index versions_number;
create index versions_number on versions (project_id, number, path);
