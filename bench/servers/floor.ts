/**
 * The floor: bare node:http that does only the work of an authenticated list, and sends the same headers. It caches the user of a cookie
 * once its signature has been verified, counts the request, caches the list as JSON with its ETag, and logs a line. It omits what makes
 * this correct on several servers, and everything that other endpoints need.
 */
import { hash, randomUUID } from 'node:crypto';
import { unsign } from 'cookie-signature';
import pg from 'pg';
import { PERMISSIONS } from '#kernel/http/protect.ts';
import { createLog } from '#kernel/log.ts';
import { type Dependencies, listProjects, NEVER, serve } from './reference.ts';

const WINDOW_S = 900;
const security = {
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': PERMISSIONS,
  'referrer-policy': 'same-origin',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
  'ratelimit-policy': `"api";q=${NEVER};w=${WINDOW_S}`,
};
const json = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'private, no-cache', vary: 'Accept-Encoding' };

export async function startFloor({ databaseUrl, secret }: Dependencies) {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 20 });
  const log = (await createLog({ level: 'info', readable: false })).child({}, { redact: [] });
  const users = new Map<string, { id: string; expires: number }>();
  const counts = new Map<string, number>();
  const lists = new Map<string, { body: Buffer; etag: string }>();

  async function findUser(cookie: string) {
    const sid = unsign(decodeURIComponent(cookie.slice(cookie.indexOf('=') + 1)).slice(2), secret);
    if (sid === false) return undefined;
    const { rows } = await pool.query<{ user_id: string; expire: Date }>('select user_id, expire from sessions where sid = $1', [sid]);
    const user = rows[0] && { id: rows[0].user_id, expires: rows[0].expire.getTime() };
    if (user) users.set(cookie, user);
    return user;
  }

  async function readList(userId: string) {
    const { rows } = await pool.query({ name: 'list', text: listProjects, values: [userId] });
    const body = Buffer.from(JSON.stringify({ projects: rows }));
    const list = { body, etag: `W/"${hash('sha1', body, 'base64url')}"` };
    lists.set(userId, list);
    return list;
  }

  return serve(async (request, response) => {
    const start = performance.now();
    const requestId = randomUUID();
    const cookie = request.headers.cookie ?? '';
    const user = users.get(cookie) ?? (await findUser(cookie));
    if (!user || user.expires <= Date.now()) return void response.writeHead(401).end();
    const left = (counts.get(user.id) ?? NEVER) - 1;
    counts.set(user.id, left);
    if (left < 0) return void response.writeHead(429).end();
    const { body, etag } = lists.get(user.id) ?? (await readList(user.id));
    const common = { 'x-request-id': requestId, ...security, ratelimit: `"api";r=${left};t=${WINDOW_S}`, ...json, etag };
    const status = request.headers['if-none-match'] === etag ? 304 : 200;
    if (status === 304) response.writeHead(304, common).end();
    else response.writeHead(200, { ...common, 'content-length': body.byteLength }).end(body);
    log.info({ requestId, method: request.method, route: '/api/projects', status, ms: performance.now() - start }, 'request');
  });
}
