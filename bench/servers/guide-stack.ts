/**
 * The guide's stack as the guide specifies it: Express, helmet, json, pino-http, express-session on connect-pg-simple, a pool of 20,
 * express-rate-limit in memory, one select per response. Only the limit is raised, so that it does not end the measurement.
 */
import connectPg from 'connect-pg-simple';
import express from 'express';
import { rateLimit } from 'express-rate-limit';
import session from 'express-session';
import helmet from 'helmet';
import pg from 'pg';
import { pinoHttp } from 'pino-http';
import { type Dependencies, listProjects, NEVER, readFile, readLog, serve } from './reference.ts';

declare module 'express-session' {
  interface SessionData {
    userId: string;
  }
}

export function startGuideStack({ databaseUrl, secret }: Dependencies) {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 20, idleTimeoutMillis: 30_000, connectionTimeoutMillis: 2000 });
  const PgStore = connectPg(session);
  const store = new PgStore({ pool, createTableIfMissing: false, ttl: 7 * 24 * 3600, tableName: 'sessions' });
  const app = express();
  app.set('trust proxy', 1);
  // Under load, some requests wait for a connection for more than the guide's 2 s; these are counted, so their stack traces are not
  // printed.
  app.set('env', 'test');
  app.use(helmet());
  app.use(pinoHttp());
  app.use(express.json({ limit: '10mb' }));
  app.use(
    session({ store, secret, name: 'guildhall.sid', resave: false, saveUninitialized: false, cookie: { maxAge: 7 * 24 * 3600_000 } }),
  );
  app.use('/api', rateLimit({ windowMs: 15 * 60_000, limit: NEVER, standardHeaders: 'draft-8', legacyHeaders: false }));
  app.get('/api/projects', async (request, response) => {
    if (!request.session.userId) return void response.status(401).json({ message: 'Unauthorized' });
    const { rows } = await pool.query(listProjects, [request.session.userId]);
    response.json({ projects: rows });
  });
  app.get('/api/projects/:projectId/file', async (request, response) => {
    if (!request.session.userId) return void response.status(401).json({ message: 'Unauthorized' });
    const { rows } = await pool.query(readFile, [request.params.projectId, request.query['path'], request.session.userId]);
    if (!rows[0]) return void response.status(404).json({ message: 'Not found' });
    response.type('text/plain').send(rows[0].content);
  });
  app.get('/api/runs/:runId', async (request, response) => {
    if (!request.session.userId) return void response.status(401).json({ message: 'Unauthorized' });
    const { rows } = await pool.query(readLog, [request.params.runId, request.session.userId]);
    if (rows.length === 0) return void response.status(404).json({ message: 'Not found' });
    response.json({ events: rows });
  });
  return serve(app);
}
