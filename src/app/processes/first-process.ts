/** The first process, as seen by a server process it has started. */
import type { Socket } from 'node:net';
import type { MetricValues, ToFirstProcess, ToServerProcess } from './messages.ts';

/** Together with a server process's own time for metrics, a scrape stays below Prometheus' ten seconds. */
const METRICS_WAIT_MS = 3000;
/** Longer than the first process takes to close the port and hand over the last connections. */
const LAST_CONNECTIONS_MS = 2000;

export type FirstProcess = ReturnType<typeof connectToFirstProcess>;

/** From now on, answers the first process's pings. */
export function connectToFirstProcess() {
  let take: ((socket: Socket) => void) | undefined;
  let measure: (() => Promise<MetricValues>) | undefined;
  let reload: (() => void) | undefined;
  let hold: (() => Promise<void>) | undefined;
  const metricsWaiting = new Set<(text: string) => void>();
  let noMoreConnections: (() => void) | undefined;

  /** Without a callback, a missing first process would end this one by an error instead of an orderly shutdown. */
  const send = (message: ToFirstProcess) => void (process.connected && process.send?.(message, undefined, undefined, () => undefined));

  function receive(message: ToServerProcess, socket?: Socket): void {
    switch (message.type) {
      case 'ping':
        return send({ type: 'alive' });
      case 'connection':
        if (socket) take?.(socket);
        return send({ type: 'taken' });
      case 'hold':
        return void hold?.().then(() => send({ type: 'holds' }));
      case 'no-more-connections':
        return noMoreConnections?.();
      case 'reload':
        return reload?.();
      case 'measure':
        return void measure?.().then(
          (values) => send({ type: 'measured', question: message.question, values }),
          () => undefined,
        );
      case 'metrics':
        for (const resolve of metricsWaiting) resolve(message.text);
        metricsWaiting.clear();
    }
  }
  process.on('message', (message, socket) => receive(message as ToServerProcess, socket as Socket | undefined));
  send({ type: 'alive' });

  return {
    onConnection(taking: (socket: Socket) => void): void {
      take = taking;
    },
    onHold(holding: () => Promise<void>): void {
      hold = holding;
    },
    onMeasure(measuring: () => Promise<MetricValues>): void {
      measure = measuring;
    },
    onReload(reloading: () => void): void {
      reload = reloading;
    },
    ready: () => send({ type: 'ready' }),
    /** Resolves when no more connections are on their way here. */
    stopAccepting(): Promise<void> {
      if (!process.connected) return Promise.resolve();
      return new Promise((resolve) => {
        noMoreConnections = resolve;
        setTimeout(resolve, LAST_CONNECTIONS_MS);
        process.once('disconnect', resolve);
        send({ type: 'wants-no-more-connections' });
      });
    },
    /** Metrics of all processes of this server. @throws if the first process does not answer */
    collectMetrics(): Promise<string> {
      return new Promise((resolve, reject) => {
        const answered = (text: string) => {
          clearTimeout(timer);
          resolve(text);
        };
        const timer = setTimeout(() => {
          metricsWaiting.delete(answered);
          reject(new Error('the first process does not answer'));
        }, METRICS_WAIT_MS);
        metricsWaiting.add(answered);
        send({ type: 'wants-metrics' });
      });
    },
    onGone: (gone: () => void) => void process.on('disconnect', gone),
  };
}
