/** One server process: rooms, routes and client on one port, and its graceful end. */
import { fileURLToPath } from 'node:url';
import express from 'express';
import { trustProxies } from '#kernel/http/address.ts';
import { createBodies } from '#kernel/http/bodies.ts';
import { listen } from '#kernel/http/listen.ts';
import { mount } from '#kernel/http/mount.ts';
import { parseQuery } from '#kernel/http/parse-query.ts';
import { protect } from '#kernel/http/protect.ts';
import { nameRequest } from '#kernel/http/request-id.ts';
import { requireHost } from '#kernel/http/require-host.ts';
import { serveApiDescription } from './api-description.ts';
import { serveClient } from './client-shell.ts';
import { createRooms, type Surroundings } from './rooms.ts';

export const clientDirectory = fileURLToPath(new URL('../../dist/client', import.meta.url));

/** After SIGTERM a load balancer gets this long to see that the server is not ready any more. */
const NOTICE_MS = 500;
/** Requests get this long to finish; with what follows it stays below ten seconds. */
const PATIENCE_MS = 6000;

export type Server = Awaited<ReturnType<typeof startServer>>;

/** @throws Error with a sentence for people: the port is taken, the database cannot be reached */
export async function startServer(surroundings: Surroundings) {
  const { config, log } = surroundings;
  const rooms = createRooms(surroundings);
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', trustProxies(config.trustProxy));
  app.set('query parser', parseQuery);
  // Where people reach us by https alone, a proxy that forgets to say so takes Secure from no cookie.
  if (config.hostOnlyCookies) Object.defineProperty(app.request, 'secure', { value: true });
  app.use(nameRequest, protect);
  if (config.publicUrl) app.use(requireHost(config.publicUrl));
  const { routes, streams, kept, metrics, sessions } = rooms;
  const bodies = createBodies({ ...config.bodies, slowness: surroundings.slowness });
  metrics.gauge('request_body_bytes', 'Bytes of requests’ bodies in memory', (gauge) => gauge.set(bodies.inFlight()));
  serveApiDescription(app, routes, surroundings.version);
  const { identify } = sessions;
  const { noteRefused } = rooms.audit;
  const refuseTheRest = mount({
    app,
    routes,
    identify,
    streams,
    kept,
    bodies,
    log,
    metrics,
    noteRefused,
    checkReplies: config.checkReplies,
  });
  serveClient(app, clientDirectory);
  refuseTheRest();

  try {
    await rooms.start();
    const http = await listen({ app, host: config.host, port: config.port, tls: config.tls, streams });
    return {
      port: http.port,
      rooms,
      /** Not ready, stop accepting, end streams, finish requests, give runs back, close the pool. */
      async close({ notice = NOTICE_MS } = {}): Promise<void> {
        rooms.monitor.beginStopping();
        await new Promise((resolve) => setTimeout(resolve, notice));
        await http.close(PATIENCE_MS);
        await rooms.close();
      },
    };
  } catch (error) {
    await rooms.close().catch(() => undefined);
    throw error;
  }
}
