-- The newest requests that wait, however many have been answered since.
create index approvals_waiting on approvals (organization_id, asked_at desc, id desc) where status = 'pending';
