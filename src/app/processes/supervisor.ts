/**
 * Runs several server processes on one port. This process starts them, hands them connections, replaces those that die or hang, aggregates
 * their metrics, and shuts them down together. It serves nothing itself, so it is never too busy to do this.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { registerEventLoop } from '#kernel/event-loop-metrics.ts';
import { lineWriterFor } from '#kernel/line-writer.ts';
import type { Log } from '#kernel/log.ts';
import { createMetrics } from '#kernel/metrics.ts';
import { onSighup } from '../sighup.ts';
import { createDispatcher } from './dispatcher.ts';
import { PROCESS_NUMBER, type ToFirstProcess, type ToServerProcess } from './messages.ts';
import { createMetricsAggregator } from './metrics-aggregator.ts';
import { relayLines } from './relay.ts';
import { watchOverOrphans } from './watchdogs.ts';

const PING_MS = 1000;
/**
 * Unanswered pings after which a process counts as hung. Counted in ticks of this process, so a paused machine makes no process look hung.
 */
const HANGS_AFTER = 10;
/** Pings until its first answer, while it loads its code. */
const STARTS_WITHIN = 60;
const RESTART_MS = 1000;
const MAX_RESTART_MS = 30_000;
/** A process that dies sooner was unhealthy from the start, so its successor starts after a longer wait. */
const WELL_AFTER_MS = 60_000;
/** More than a process takes to shut down in order. */
const END_LIMIT_MS = 12_000;
const LAST_CONNECTIONS_MS = 1000;
const HOLD_ANSWER_MS = 700;
const LAST_LINES_MS = 500;

interface Options {
  count: number;
  host: string | undefined;
  port: number;
  /** Whether it terminates TLS. */
  tls: boolean;
  databaseUrl: string;
  log: Log;
  /** Milliseconds from SIGTERM until the port is closed. */
  notice: number;
  /** Called once all processes are ready and the port is open. */
  onReady: (port: number) => void;
}

/** A slot for a process; when the process dies, another takes the slot. */
interface ProcessSlot {
  number: number;
  child?: ChildProcess | undefined;
  ready: boolean;
  answered: boolean;
  unanswered: number;
  startedAt: number;
  /** Consecutive early deaths. */
  earlyDeaths: number;
  /** Why this process killed it. */
  killedFor?: string | undefined;
  /** It holds its requests while the port closes. */
  noteHolding?: () => void;
}

/**
 * @returns the exit code, once all have ended after SIGTERM or because they could not start @throws Error with a sentence for people if the
 * port is unavailable
 */
export async function runProcesses({ count, host, port, tls, databaseUrl, log, notice, onReady }: Options): Promise<number> {
  const metrics = createMetrics(0);
  registerEventLoop(metrics);
  const restarts = metrics.counter('server_process_restarts_total', 'Server processes that exited and were replaced, by cause', ['reason']);
  const refused = metrics.counter('connections_refused_total', 'Connections that no server process could take soon enough', ['reason']);
  const dispatcher = createDispatcher({ tls, noteRefused: (reason) => refused.inc({ reason }) });
  const updateOrphanWatch = watchOverOrphans();
  const slots: ProcessSlot[] = Array.from({ length: count }, (_, index) => ({
    number: index + 1,
    ready: false,
    answered: false,
    unanswered: 0,
    startedAt: 0,
    earlyDeaths: 0,
  }));
  const aggregator = createMetricsAggregator({ metrics, slots, send });
  const relays = new Set<Promise<void> | null>();
  const ended = Promise.withResolvers<number>();
  let opened: Promise<void> | undefined;
  let stopping = false;
  let portIsOpen = true;
  let failure: { error?: unknown } | undefined;

  function send({ child }: Pick<ProcessSlot, 'child'>, message: ToServerProcess): void {
    if (child?.connected) child.send(message, () => undefined);
  }

  function start(slot: ProcessSlot): void {
    const [, program = '', ...args] = process.argv;
    const env = { ...process.env, DATABASE_URL: databaseUrl, [PROCESS_NUMBER]: String(slot.number) };
    const child = fork(program, args, { env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    for (const [output, fd] of [
      [child.stdout, 1],
      [child.stderr, 2],
    ] as const) {
      const relayed = output && relayLines(output, lineWriterFor(fd)).finally(() => relays.delete(relayed));
      relays.add(relayed);
    }
    Object.assign(slot, { child, ready: false, answered: false, unanswered: 0, startedAt: performance.now(), killedFor: undefined });
    child.on('message', (message) => receive(slot, child, message as ToFirstProcess));
    child.on('error', (error) => log.error({ err: error, process: slot.number }, 'a message to a server process could not be sent'));
    child.once('exit', (code, signal) => noteEnd(slot, child, code, signal));
    noteIds();
  }

  const noteIds = () => updateOrphanWatch(slots.flatMap(({ child }) => child?.pid ?? []));

  function receive(slot: ProcessSlot, child: ChildProcess, message: ToFirstProcess): void {
    slot.answered = true;
    slot.unanswered = 0;
    switch (message.type) {
      case 'ready':
        slot.ready = true;
        dispatcher.add(child);
        opened ??= slots.every(({ ready }) => ready) ? open() : undefined;
        return;
      case 'taken':
        return dispatcher.acknowledge(child);
      case 'wants-no-more-connections':
        // During shutdown, each takes its share until the port is closed.
        if (!stopping || !portIsOpen) dispatcher.retire(child, () => send({ child }, { type: 'no-more-connections' }));
        return;
      case 'holds':
        return slot.noteHolding?.();
      case 'measured':
        return aggregator.receive(slot, message.question, message.values);
      case 'wants-metrics':
        void aggregator.collect().then((text) => send({ child }, { type: 'metrics', text }));
    }
  }

  async function open(): Promise<void> {
    try {
      onReady(await dispatcher.listen(port, host));
    } catch (error) {
      failure = { error };
      stop();
    }
  }

  function noteEnd(slot: ProcessSlot, child: ChildProcess, code: number | null, signal: string | null): void {
    slot.child = undefined;
    dispatcher.remove(child);
    void aggregator.noteEnd(slot);
    noteIds();
    if (!stopping && !opened) {
      // What one process cannot do at startup, none can; it has reported why.
      failure ??= {};
      return stop();
    }
    if (!stopping) return replace(slot, code, signal);
    if (slot.killedFor) {
      failure ??= {};
      log.error({ process: slot.number, reason: slot.killedFor }, 'a server process did not shut down cleanly');
    }
    endIfAllHave();
  }

  function replace(slot: ProcessSlot, code: number | null, signal: string | null): void {
    const { number, killedFor, startedAt } = slot;
    slot.earlyDeaths = performance.now() - startedAt < WELL_AFTER_MS ? slot.earlyDeaths + 1 : 0;
    const wait = Math.min(MAX_RESTART_MS, RESTART_MS * 2 ** Math.max(0, slot.earlyDeaths - 1));
    const reason = killedFor ?? (signal ? `it was ended by ${signal}` : `it ended by itself with exit code ${code}`);
    restarts.inc({ reason: killedFor ? 'hung' : 'ended' });
    log.error({ process: number, code, signal, reason, restartInMs: wait }, 'a server process ended; another one takes its place');
    setTimeout(() => !stopping && start(slot), wait);
  }

  function ping(): void {
    for (const slot of slots) {
      if (!slot.child) continue;
      slot.unanswered++;
      const hangs = slot.unanswered > (slot.answered ? HANGS_AFTER : STARTS_WITHIN);
      if (hangs) kill(slot, `its event loop stood still for ${slot.unanswered - 1} s`);
      else send(slot, { type: 'ping' });
    }
  }

  /** Also called right after all have died, when no further exit would be recorded. */
  function stop(): void {
    if (stopping) return;
    stopping = true;
    for (const { child } of slots) child?.kill('SIGTERM');
    setTimeout(() => void closePort(), failure ? 0 : notice);
    setTimeout(() => killRest(), END_LIMIT_MS).unref();
    endIfAllHave();
  }

  /** Processes that do not answer delay nobody. */
  async function holdRequests(): Promise<void> {
    const waitingFor = slots.filter(({ ready, child }) => ready && child);
    const answers = waitingFor.map(
      (slot) =>
        new Promise<void>((resolve) => {
          slot.noteHolding = resolve;
          send(slot, { type: 'hold' });
        }),
    );
    await Promise.race([Promise.all(answers), sleep(HOLD_ANSWER_MS)]);
  }

  async function closePort(): Promise<void> {
    await holdRequests();
    await dispatcher.close(LAST_CONNECTIONS_MS);
    portIsOpen = false;
    for (const { child } of slots) if (child) dispatcher.retire(child, () => send({ child }, { type: 'no-more-connections' }));
  }

  function killRest(): void {
    for (const slot of slots) kill(slot, `it did not end within ${END_LIMIT_MS / 1000} s`);
  }

  function kill(slot: ProcessSlot, reason: string): void {
    slot.killedFor = reason;
    slot.child?.kill('SIGKILL');
  }

  function endIfAllHave(): void {
    if (slots.some(({ child }) => child)) return;
    clearInterval(pings);
    ended.resolve(failure ? 1 : 0);
  }

  const pings = setInterval(ping, PING_MS);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stop);
  const reload = () => {
    for (const slot of slots) send(slot, { type: 'reload' });
  };
  onSighup({ stop, reload });
  for (const slot of slots) start(slot);
  const code = await ended.promise;
  // Waits for their last lines.
  await Promise.race([Promise.all(relays), sleep(LAST_LINES_MS)]);
  if (failure?.error) throw failure.error;
  return code;
}
