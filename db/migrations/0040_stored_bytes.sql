-- What is there already is summed up first, and then written in a moment, so that saves do not wait for the sums.
update projects p set stored_bytes = s.bytes from (
  select project_id, sum(bytes) as bytes from (
    select project_id, size::bigint as bytes from blobs
    union all
    select r.project_id, octet_length(o.text) from tool_outputs o join runs r on r.id = o.run_id
    union all
    select a.project_id, octet_length(e.content) from approval_edits e join approvals a on a.id = e.approval_id where e.content is not null
  ) stored group by project_id
) s where s.project_id = p.id;
