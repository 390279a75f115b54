/** Shared by the reference servers: the query of the list, and listening. */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Dependencies {
  databaseUrl: string;
  secret: string;
}

/** A limit that no measurement reaches. */
export const NEVER = 1_000_000_000;

export const listProjects = `
  select p.id, p.name, p.organization_id as "organizationId", m.role, p.created_at as "createdAt", p.changed_at as "changedAt"
  from projects p join members m on m.organization_id = p.organization_id
  where m.user_id = $1 order by p.changed_at desc limit 1000`;

export const readFile = `
  select b.content
  from files f
  join blobs b on b.project_id = f.project_id and b.hash = f.hash
  join projects p on p.id = f.project_id
  join members m on m.organization_id = p.organization_id
  where f.project_id = $1 and f.path = $2 and m.user_id = $3`;

export const readLog = `
  select e.seq, e.type, e.data, e.at
  from run_events e
  join runs r on r.id = e.run_id
  join projects p on p.id = r.project_id
  join members m on m.organization_id = p.organization_id
  where e.run_id = $1 and m.user_id = $2 order by e.seq`;

/** @returns the port it listens on */
export function serve(handler: RequestListener): Promise<number> {
  const server = createServer(handler);
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)));
}
