/** What the reference servers share: the query of the list, and listening. */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Surroundings {
  databaseUrl: string;
  secret: string;
}

/** A limit that no measurement reaches. */
export const NEVER = 1_000_000_000;

export const listProjects = `
  select p.id, p.name, p.organization_id as "organizationId", m.role, p.created_at as "createdAt", p.changed_at as "changedAt"
  from projects p join members m on m.organization_id = p.organization_id
  where m.user_id = $1 order by p.changed_at desc limit 1000`;

/** @returns the port it listens on */
export function serve(handler: RequestListener): Promise<number> {
  const server = createServer(handler);
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)));
}
