/** One server process: features, routes and client, on its own port or on connections handed to it, with a graceful shutdown. */
import express, { type Request, type Response } from 'express';
import { requireScope } from '#features/accounts/server/access.ts';
import { trustProxies } from '#kernel/http/address.ts';
import { createMeasuredAdmission } from '#kernel/http/admission-metrics.ts';
import { bearerTokenOf } from '#kernel/http/bearer-token.ts';
import { createBodies } from '#kernel/http/bodies.ts';
import { type HttpServer, listen, serveHandedConnections } from '#kernel/http/listen.ts';
import { mount } from '#kernel/http/mount.ts';
import { parseQuery } from '#kernel/http/parse-query.ts';
import { protect } from '#kernel/http/protect.ts';
import { nameRequest } from '#kernel/http/request-id.ts';
import { requireHost } from '#kernel/http/require-host.ts';
import { createStreamCap } from '#kernel/http/stream-cap.ts';
import { serveApiDescription } from './api-description.ts';
import { createClientAssets } from './client-assets/client-assets.ts';
import { clientDirectory } from './client-directory.ts';
import { compose } from './compose.ts';
import type { Dependencies } from './features.ts';
import type { FirstProcess } from './processes/first-process.ts';
import { serveClient } from './serve-client.ts';
import { NOTICE_MS } from './shutdown.ts';

/**
 * During shutdown, connections without a request are closed after this long: by then most clients have used theirs and were told that it
 * closes.
 */
const SILENCE_MS = 1000;
/** Time for requests to finish; with what follows, shutdown stays below ten seconds. */
const DRAIN_TIMEOUT_MS = 6000;
const HOUR_S = 3600;

/** Only where traces are sent. */
const importTracer = () => import('#kernel/tracing/tracer.ts');
/** Only where there are replicas. */
const importReplicas = () => Promise.all([import('#kernel/database/replicas/replicas.ts'), import('#kernel/http/read-positions.ts')]);

interface StartOptions extends Dependencies {
  /** The process that accepts connections; if undefined, this process does. */
  first?: FirstProcess | undefined;
  /** The built client, for tests with another build. */
  directory?: string;
}

/** @throws Error with a sentence for people: the port is taken, the database is unreachable */
export async function startServer({ first, directory = clientDirectory, ...dependencies }: StartOptions) {
  const { config, log } = dependencies;
  const tracer =
    config.tracing &&
    (await importTracer()).createTracer(config.tracing, { log, version: dependencies.version, server: config.serverName });
  const [replicas, positions] = config.replicas.urls.length > 0 ? await importReplicas() : [];
  const features = compose({
    ...dependencies,
    collectMetrics: first?.collectMetrics,
    tracer,
    createReplicas: replicas?.createReplicas,
  });
  first?.onMeasure(() => features.metrics.registry.getMetricsAsJSON());
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', trustProxies(config.trustProxy));
  app.set('query parser', parseQuery);
  // If people reach us by HTTPS alone, a proxy that fails to say so must not cost any cookie its Secure attribute.
  if (config.hostOnlyCookies) Object.defineProperty(app.request, 'secure', { value: true });
  app.use(nameRequest, protect);
  if (config.publicUrl) app.use(requireHost(config.publicUrl));
  const { routes, streams, responseCache, metrics, sessions, tokens } = features;
  const bodies = createBodies({ ...config.bodies, slowness: dependencies.slowness });
  metrics.gauge('request_body_bytes', 'Bytes of request bodies in memory', (gauge) => gauge.set(bodies.inFlight()));
  serveApiDescription(app, routes, dependencies.version);
  const { requireConfirmed, knownBrowser: browserOf } = sessions;
  const { timeLeft } = tokens;
  /** By token if the request presents one, valid or not; otherwise by session. */
  function identify(request: Request, response: Response) {
    if (request.headers.authorization === undefined) return sessions.identify(request, response);
    const token = bearerTokenOf(request);
    return token === undefined ? sessions.identify(request, response) : tokens.identify(request, token);
  }
  const { recordDenied } = features.auditLog;
  const { admission, arrivals } = createMeasuredAdmission({ connections: config.poolMax, log, metrics });
  const mountFallbacks = mount({
    app,
    routes,
    identify,
    browserOf,
    requireScope,
    timeLeft,
    requireConfirmed,
    streams,
    responseCache,
    bodies,
    log,
    metrics,
    recordDenied,
    streamCap: createStreamCap(config.caps.streams),
    admission,
    tracer,
    readPositions: features.replicas && positions?.createReadPositions(features.replicas),
    checkReplies: config.checkReplies,
  });
  const clientAssets = createClientAssets({ db: features.db, log, directory });
  features.jobs.recur('client-builds-clean-up', HOUR_S, async () => void (await clientAssets.cleanUp()));
  serveClient(app, directory, clientAssets);
  mountFallbacks();

  async function open(): Promise<
    Pick<HttpServer, 'beginClosing' | 'reloadTls' | 'drain'> & { port: number; stopAccepting(): Promise<void> }
  > {
    const options = { app, tls: config.tls, streams, arrivals, slowness: dependencies.slowness };
    if (!first) return listen({ ...options, host: config.host, port: config.port });
    const { take, ...http } = serveHandedConnections(options);
    first.onConnection(take);
    first.onHold(http.hold);
    return { ...http, port: 0, stopAccepting: first.stopAccepting };
  }

  try {
    await Promise.all([clientAssets.start(), features.start()]);
    const http = await open();
    return {
      port: http.port,
      features,
      reloadTls: http.reloadTls,
      /** Not ready, stop accepting, end streams, finish requests, release runs, close the pool. */
      async close({ notice = NOTICE_MS } = {}): Promise<void> {
        features.monitor.beginStopping();
        http.beginClosing();
        await new Promise((resolve) => setTimeout(resolve, notice));
        await http.stopAccepting();
        await http.drain({ silence: notice > 0 ? SILENCE_MS : 0, timeout: DRAIN_TIMEOUT_MS });
        clientAssets.close();
        await features.close();
      },
    };
  } catch (error) {
    clientAssets.close();
    await features.close().catch(() => undefined);
    throw error;
  }
}
