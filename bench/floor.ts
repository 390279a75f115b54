/**
 * The floor: bare node:http that does the work of an authenticated list and nothing else. It checks the cookie's signature, finds
 * the session in memory, counts the request, reads the list from PostgreSQL by one prepared statement, and logs a line.
 */
import { hash } from 'node:crypto';
import { unsign } from 'cookie-signature';
import pg from 'pg';
import { pino } from 'pino';
import { listProjects, NEVER, type Surroundings, serve } from './reference.ts';

export function startFloor({ databaseUrl, secret }: Surroundings) {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 20 });
  const log = pino();
  const sessions = new Map<string, string>();
  const counts = new Map<string, number>();
  const lists = new Map<string, { body: Buffer; etag: string }>();

  async function findUser(cookie: string): Promise<string | undefined> {
    const sid = unsign(decodeURIComponent(cookie.slice(cookie.indexOf('=') + 1)).slice(2), secret);
    if (sid === false) return undefined;
    const known = sessions.get(sid);
    if (known) return known;
    const { rows } = await pool.query<{ user_id: string }>('select user_id from sessions where sid = $1 and expire > now()', [sid]);
    const userId = rows[0]?.user_id;
    if (userId) sessions.set(sid, userId);
    return userId;
  }

  async function readList(userId: string) {
    const { rows } = await pool.query({ name: 'list', text: listProjects, values: [userId] });
    const body = Buffer.from(JSON.stringify({ projects: rows }));
    const list = { body, etag: `"${hash('sha1', body, 'base64url')}"` };
    lists.set(userId, list);
    return list;
  }

  return serve(async (request, response) => {
    const start = performance.now();
    const userId = await findUser(request.headers.cookie ?? '');
    const count = (counts.get(userId ?? '') ?? 0) + 1;
    counts.set(userId ?? '', count);
    if (!userId || count > NEVER) return void response.writeHead(401).end();
    const { body, etag } = lists.get(userId) ?? (await readList(userId));
    response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'content-length': body.byteLength, etag });
    response.end(body);
    log.info({ route: '/api/projects', status: 200, ms: performance.now() - start }, 'request');
  });
}
