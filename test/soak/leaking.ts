/** Loaded before a server (`--import`): each request leaves something behind, of every kind that a soak test looks for. */
import { subscribe } from 'node:diagnostics_channel';
import pg from 'pg';

const KEPT_BYTES = 100_000;
const ONE_OF = 10;
const LONG_MS = 2 ** 30;
const kept: unknown[] = [];
let requests = 0;

subscribe('http.server.request.start', () => {
  kept.push(
    Array.from({ length: KEPT_BYTES / 8 }, () => requests),
    Buffer.alloc(KEPT_BYTES),
  );
  process.on('exit', () => kept.length);
  setInterval(() => kept.length, LONG_MS);
  if (++requests % ONE_OF !== 0) return;
  const client = new pg.Client({ connectionString: process.env['DATABASE_URL'], application_name: 'guildhall' });
  void client.connect();
});
