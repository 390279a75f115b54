/** Several server processes on one port: the first one starts them, replaces those that die, and ends them together. */
import cluster, { type Worker } from 'node:cluster';
import { AggregatorRegistry } from 'prom-client';
import type { Log } from '#kernel/log.ts';

/** A process that dies at once, again and again, is not started more often than this. */
const RESTART_MS = 1000;
const METRICS_WAIT_MS = 3000;

interface Options {
  count: number;
  databaseUrl: string;
  log: Log;
  /** Called once all listen. */
  onReady: (port: number) => void;
  /** Called when all have ended. */
  onEnd: (code: number) => Promise<void>;
}

type Message = { ready: number } | { metrics: 'wanted' };

/** @throws when the first processes cannot start */
export async function runProcesses({ count, databaseUrl, log, onReady, onEnd }: Options): Promise<void> {
  const registry = new AggregatorRegistry();
  const running = new Set<Worker>();
  let stopping = false;
  let failed = false;
  let ready = 0;
  let everReady = false;

  function start(): void {
    const worker = cluster.fork({ DATABASE_URL: databaseUrl });
    worker.on('message', (message: Message) => void receive(worker, message));
    running.add(worker);
    worker.on('exit', (code, signal) => {
      running.delete(worker);
      restart(code, signal);
    });
  }

  async function receive(worker: Worker, message: Message): Promise<void> {
    if ('metrics' in message && message.metrics === 'wanted') {
      const text = await registry.clusterMetrics().catch(() => '');
      if (worker.isConnected()) worker.send({ metricsText: text });
    }
    if (!('ready' in message)) return;
    ready++;
    if (ready === count && !everReady) {
      everReady = true;
      onReady(message.ready);
    }
  }

  function restart(code: number | null, signal: string | null): void {
    ready--;
    if (stopping || !everReady) {
      // What one of them could not do at the start, such as taking the port, none of them can; it has said why.
      failed ||= code !== 0;
      return stop();
    }
    log.error({ code, signal }, 'a server process ended; another one takes its place');
    setTimeout(() => !stopping && start(), RESTART_MS);
  }

  /** Also right after all have died, when no exit is left that would say so. */
  function stop(): void {
    if (!stopping) for (const worker of running) worker.process.kill('SIGTERM');
    stopping = true;
    if (running.size === 0) void onEnd(failed ? 1 : 0);
  }

  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stop);
  for (let i = 0; i < count; i++) start();
}

/** In a server process: the metrics of all of them, added up by the first one. */
export function collectMetricsOfAll(): Promise<string> {
  return new Promise((resolve, reject) => {
    const timeout = setTimeout(() => done(new Error('the first process does not answer')), METRICS_WAIT_MS);
    function done(error?: Error, text = ''): void {
      clearTimeout(timeout);
      process.off('message', receive);
      if (error) reject(error);
      else resolve(text);
    }
    function receive(message: { metricsText?: string }): void {
      if (message.metricsText !== undefined) done(undefined, message.metricsText);
    }
    process.on('message', receive);
    process.send?.({ metrics: 'wanted' });
  });
}
