/**
 * Follows the log of one run. Each event counts once, however often the connection breaks, the page reloads or the stream restarts: events
 * have increasing numbers, and known ones are skipped.
 */
import { followRun, getRun, type RunStatus } from '#features/runs/contract.ts';
import { addEvent, type Turn } from '#features/runs/conversation.ts';
import { type EventType, eventTypes, RUN_ERROR, type RunEvent } from '#features/runs/events.ts';
import { addSpending, nothingSpent, type Spending } from '#features/runs/spending.ts';
import { call } from '#ui/app/call.ts';
import { followPosition } from '#ui/app/position.ts';
import { hasStatus } from '#ui/format/explain.ts';
import { urlOf } from '#wire/call.ts';

export interface RunLog {
  turns: readonly Turn[];
  /** The newest version. */
  plan: LoggedPlan | undefined;
  spending: Spending;
  /** Id of the newest file change. */
  newestChange: string | undefined;
  /** Number of the newest event. */
  seq: number;
  /** Set while nothing follows an `end`. */
  ended: RunStatus | undefined;
  /** Nothing follows a question to a person. */
  waits: boolean;
  /** It was released when autonomy was switched off, and only people have written since. */
  held: boolean;
  /** When the newest event arrived, by this machine's clock. */
  readAt: number;
  connection: 'opening' | 'open' | 'reconnecting' | 'closed';
  /** Why it cannot be followed at all. */
  error?: unknown;
}

export type LoggedPlan = Omit<Extract<Turn, { kind: 'plan' }>, 'kind'>;

interface RunLogOptions {
  runId: string;
  /** Number of the newest known event: everything up to it is history. */
  upTo: number;
  onFilesChanged: () => void;
  onEnd: () => void;
}

/** Events that arrive this close together are rendered at once. */
const DRAW_MS = 30;
/** History is rendered in larger batches: nobody reads it while it loads. */
const DRAW_PAST_MS = 300;
/** Shorter interruptions are not shown. */
const BREAK_MS = 2_000;
const RETRY_MS = 5_000;

const unread: RunLog = {
  turns: [],
  plan: undefined,
  spending: nothingSpent,
  newestChange: undefined,
  seq: 0,
  ended: undefined,
  waits: false,
  held: false,
  readAt: 0,
  connection: 'opening',
};

function addToLog(log: RunLog, event: RunEvent): RunLog {
  const change = event.type === 'tool_result' ? event.data.change?.id : undefined;
  const { type, seq, at } = event;
  // A person's plan change neither starts nor ends anything.
  const ofPerson = type === 'plan' && event.data.by !== null;
  return {
    ...log,
    turns: addEvent(log.turns, event),
    plan: type === 'plan' ? { seq, at, ...event.data } : log.plan,
    spending: addSpending(log.spending, event),
    newestChange: change ?? log.newestChange,
    seq,
    ended: type === 'end' ? event.data.status : undefined,
    waits: ofPerson ? log.waits : type === 'question' || type === 'pause',
    held: type === 'notice' ? event.data.code === 'held' : log.held && (ofPerson || type === 'message'),
  };
}

export function createRunLog({ runId, upTo, onFilesChanged, onEnd }: RunLogOptions) {
  let log = unread;
  let source: EventSource | undefined;
  let pending: RunEvent[] = [];
  let received = 0;
  let drawTimer: ReturnType<typeof setTimeout> | undefined;
  let breakTimer: ReturnType<typeof setTimeout> | undefined;
  const listeners = new Set<() => void>();

  function set(changes: Partial<RunLog>): void {
    log = { ...log, ...changes };
    for (const listener of listeners) listener();
  }

  function take(event: RunEvent): void {
    if (event.seq <= received) return;
    received = event.seq;
    pending.push(event);
    if (received === upTo) draw();
    else drawTimer ??= setTimeout(draw, received < upTo ? DRAW_PAST_MS : DRAW_MS);
  }

  function draw(): void {
    clearTimeout(drawTimer);
    drawTimer = undefined;
    const events = pending;
    const last = events.at(-1);
    pending = [];
    if (!last) return;
    set({ ...events.reduce(addToLog, log), readAt: Date.now() });
    if (events.some((event) => event.type === 'tool_result' && event.data.change)) onFilesChanged();
    if (last.type === 'end' || last.type === 'question' || last.type === 'pause') onEnd();
  }

  function receive(type: EventType, event: Event): void {
    if (!(event instanceof MessageEvent)) return onBreak();
    const { at, ...data } = JSON.parse(event.data);
    take({ seq: Number(event.lastEventId), at, type, data } as RunEvent);
  }

  function onBreak(): void {
    draw();
    // The server closes the stream after the last `end`; otherwise the browser would reconnect forever.
    if (log.ended) return close('closed');
    breakTimer ??= setTimeout(() => set({ connection: 'reconnecting' }), BREAK_MS);
    if (source?.readyState === EventSource.CLOSED) void askWhy();
  }

  /** EventSource does not expose the response status, so a plain request asks for it; its response counts. */
  async function askWhy(): Promise<void> {
    source = undefined;
    try {
      const { body } = await call(getRun, { params: { runId }, query: { after: received } });
      for (const event of body.events) take(event as RunEvent);
    } catch (error) {
      if ([401, 403, 404].some((status) => hasStatus(error, status))) {
        set({ error });
        return close('closed');
      }
    }
    setTimeout(() => listeners.size > 0 && open(), RETRY_MS);
  }

  function open(): void {
    if (source) return;
    const created = new EventSource(
      urlOf(followRun, { params: { runId }, query: { errorEvent: RUN_ERROR, ...(received > 0 && { after: received }) } }),
    );
    source = created;
    followPosition(created);
    created.addEventListener('open', () => {
      clearTimeout(breakTimer);
      breakTimer = undefined;
      set({ connection: 'open', error: undefined });
    });
    created.addEventListener(RUN_ERROR, (event) => source === created && receive('error', event));
    // Including `error`: a broken connection, or an error sent by a server of the previous version.
    for (const type of eventTypes) created.addEventListener(type, (event: Event) => source === created && receive(type, event));
  }

  function close(connection: RunLog['connection']): void {
    clearTimeout(breakTimer);
    breakTimer = undefined;
    source?.close();
    source = undefined;
    if (log.connection !== connection) set({ connection });
  }

  return {
    read: (): RunLog => log,
    /** Follows the run while it has subscribers. */
    subscribe(listener: () => void): () => void {
      listeners.add(listener);
      if (!log.ended) open();
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) close('opening');
      };
    },
    /** The run has continued after its end, so more events follow. */
    resume(lastEvent: number): void {
      if (!source && lastEvent > received) open();
    },
  };
}
