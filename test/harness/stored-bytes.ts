/** Whether each project's storage count matches what it stores. */
import assert from 'node:assert/strict';
import { query } from './database.ts';

const miscounted = `
  select id, stored_bytes as counted, sum(bytes)::bigint as stored from (
    select p.id, p.stored_bytes, coalesce(b.size, 0) as bytes from projects p left join blobs b on b.project_id = p.id
    union all
    select p.id, p.stored_bytes, octet_length(o.text) from tool_outputs o join runs r on r.id = o.run_id join projects p on p.id = r.project_id
    union all
    select p.id, p.stored_bytes, octet_length(e.content) from approval_edits e join approvals a on a.id = e.approval_id
    join projects p on p.id = a.project_id where e.content is not null
  ) stored group by id, stored_bytes having stored_bytes <> sum(bytes)`;

export async function assertStoredBytes(databaseUrl: string): Promise<void> {
  assert.deepEqual(await query(databaseUrl, miscounted), []);
}
