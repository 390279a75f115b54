/**
 * Readers of run logs on this server. The table is the source of truth: a reader that is behind, for whatever reason, reads from it;
 * a reader that is up to date gets new events from memory. A slow reader gets nothing more until it has consumed what it got, so it
 * costs at most one batch of memory.
 */
import { LRUCache } from 'lru-cache';
import { hasEnded } from '#features/runs/contract.ts';
import type { Database } from '#kernel/database/pool.ts';
import type { EventBus } from '#kernel/event-bus.ts';
import { createGathering } from '#kernel/gather.ts';
import { type EventStream, formatEvent } from '#kernel/http/event-stream.ts';
import { createStreamReader, type StreamReader } from '#kernel/http/stream-reader.ts';
import type { Log } from '#kernel/log.ts';
import type { Metrics } from '#kernel/metrics.ts';
import { createSharedReads } from '#kernel/shared-reads.ts';
import { RUN_ERROR, type RunEvent, toPublic } from '../../events.ts';
import * as sql from './queries.ts';

export type Readers = ReturnType<typeof createReaders>;

/** Events read from the table at a time. */
const BATCH = 100;
/** Full pages never change: cached for this long, in ms, up to this many characters. */
const PAGE_MS = 5000;
const MAX_PAGES = 8_000_000;
/** Notifications are collected for this long, in ms, and read together; when they keep coming, for longer. */
const GATHER_MS = 5;
const READ_EVERY_MS = 25;

/** The event name under which a reader gets the run's errors. */
type ErrorEvent = 'error' | typeof RUN_ERROR;

const format = (events: RunEvent[], errorEvent: ErrorEvent) =>
  events
    .map(toPublic)
    .map(({ seq, type, data, at }) => formatEvent(seq, type === 'error' ? errorEvent : type, { ...data, at }))
    .join('');

interface Page {
  events: RunEvent[];
  /** @returns the events as sent over the wire; built once for all readers */
  textFor: (errorEvent: ErrorEvent) => string;
  /** Characters, for the cache limit. */
  size: number;
}

function createPage(events: RunEvent[]): Page {
  const text = format(events, RUN_ERROR);
  // Few readers use the other name, and few pages contain an error.
  const textFor = (errorEvent: ErrorEvent) => (errorEvent === RUN_ERROR ? text : format(events, errorEvent));
  return { events, textFor, size: text.length + 1 };
}

export function createReaders({ db, eventBus, log, metrics }: { db: Database; eventBus: EventBus; log: Log; metrics: Metrics }) {
  const ended = metrics.counter('runs_ended_total', 'Runs that ended on this process, by outcome', ['outcome']);
  const readers = new Map<string, Set<Reader>>();
  // Readers that arrive together read the same pages of the same run.
  const share = createSharedReads();
  const full = new LRUCache<string, Page>({ maxSize: MAX_PAGES, sizeCalculation: ({ size }) => size, ttl: PAGE_MS });

  async function readPage(runId: string, after: number): Promise<Page> {
    const key = `${runId} ${after}`;
    return full.get(key) ?? share(key, () => loadPage(runId, after));
  }

  async function loadPage(runId: string, after: number): Promise<Page> {
    const events = await sql.selectEvents(db, { id: runId, after, limit: BATCH });
    const page = createPage(events);
    if (events.length === BATCH) full.set(`${runId} ${after}`, page);
    return page;
  }

  class Reader {
    readonly runId: string;
    readonly out: StreamReader;
    readonly errorEvent: ErrorEvent;
    cursor: number;
    reading: 'no' | 'yes' | 'again' = 'no';

    constructor(runId: string, stream: EventStream, after: number, errorEvent: ErrorEvent) {
      this.runId = runId;
      this.errorEvent = errorEvent;
      // A browser that reconnects sends its original URL and the last event id it has.
      this.cursor = Math.max(stream.lastEventId, after);
      this.out = createStreamReader(stream, { catchUp: () => this.read(), onClose: () => forget(this) });
    }

    /** Whether it can be given new events from memory. */
    isIdle(): boolean {
      return this.reading === 'no' && this.out.isReady();
    }

    /** Sends events that follow the cursor. @param text the same events as sent over the wire */
    send(events: RunEvent[], text: string): void {
      const last = events.at(-1);
      if (!last) return;
      this.cursor = last.seq;
      this.out.send(text);
    }

    /** Reads from the table until there are no newer events. */
    catchUp(): void {
      if (this.reading === 'no') this.out.notify();
      else this.reading = 'again';
    }

    read(): void {
      this.reading = 'yes';
      this.readOn().catch((error: unknown) => {
        // The browser reconnects by itself, to a server that can read.
        log.warn({ err: error, run: this.runId }, 'a run stream was closed: the log cannot be read');
        this.out.end();
      });
    }

    async readOn(): Promise<void> {
      const { events, textFor } = await readPage(this.runId, this.cursor);
      if (this.out.isClosed()) return;
      const again = this.reading === 'again' || events.length === BATCH;
      this.reading = 'no';
      this.send(events, textFor(this.errorEvent));
      if (again) return this.catchUp();
      if (events.at(-1)?.type === 'end') this.out.end();
      else if (events.length === 0) await this.endIfOver();
    }

    /** Nothing follows: the reader already had the end, or the run was deleted. */
    async endIfOver(): Promise<void> {
      const asked = this.cursor;
      const [run] = await share(this.runId, () => sql.selectRun(db, { id: this.runId }));
      // It sent the id of an event that does not exist yet.
      if (run && run.last_event < asked && this.cursor === asked) this.cursor = run.last_event;
      if (!run || (hasEnded(run.status) && run.last_event <= this.cursor)) this.out.end();
    }
  }

  /** Gives new events to this server's readers; those that are behind read them from the table. */
  function deliver(runId: string, events: RunEvent[]): void {
    const first = events[0];
    if (!first) return;
    let page: Page | undefined;
    for (const reader of readers.get(runId) ?? []) {
      if (reader.isIdle() && reader.cursor === first.seq - 1) {
        // Built once for all readers.
        page ??= createPage(events);
        reader.send(events, page.textFor(reader.errorEvent));
        if (events.at(-1)?.type === 'end') reader.out.end();
      } else if (reader.cursor < first.seq + events.length - 1) reader.catchUp();
    }
  }

  function forget(reader: Reader): void {
    const set = readers.get(reader.runId);
    set?.delete(reader);
    if (set?.size === 0) readers.delete(reader.runId);
  }

  /** @returns the highest event of the readers that wait for this notification; a busy reader reads again by itself */
  function furthest(runId: string, newest: number): number | undefined {
    let after: number | undefined;
    for (const reader of readers.get(runId) ?? []) {
      if (reader.cursor >= newest) continue;
      if (reader.isIdle()) after = Math.max(after ?? 0, reader.cursor);
      else reader.catchUp();
    }
    return after;
  }

  /** Reads the new events of several runs with one statement. */
  async function readNew(newest: ReadonlyMap<string, number>): Promise<void> {
    const runs = [...newest].flatMap(([id, lastEvent]) => {
      const after = furthest(id, lastEvent);
      return after === undefined ? [] : [{ id, after }];
    });
    if (runs.length === 0) return;
    const rows = await sql
      .selectEventsOfMany(db, { ids: runs.map(({ id }) => id), after: runs.map(({ after }) => after), limit: BATCH })
      // Each reader then tries to read by itself, and its stream is closed if it cannot.
      .catch(() => []);
    const found = Map.groupBy(rows, (row) => row.run_id);
    for (const { id } of runs) {
      const events = found.get(id)?.map(({ run_id: _, ...event }) => event as RunEvent) ?? [];
      if (events.length > 0 && events.length < BATCH) deliver(id, events);
      else for (const reader of readers.get(id) ?? []) reader.catchUp();
    }
  }

  /** Newest event number by run. Events that this server wrote itself arrive from memory in the meantime. */
  const newEvents = createGathering<string, number>({ gatherMs: GATHER_MS, everyMs: READ_EVERY_MS, flush: readNew });
  eventBus.subscribe('runs', (runs) => {
    for (const { runId, lastEvent } of runs) if (readers.has(runId)) newEvents.add(runId, lastEvent);
  });
  eventBus.onReset(() => {
    for (const set of readers.values()) for (const reader of set) reader.catchUp();
  });

  return {
    /** Delivers events that this server has stored. */
    deliver(runId: string, events: RunEvent[]): void {
      for (const event of events) if (event.type === 'end') ended.inc({ outcome: event.data.status });
      deliver(runId, events);
    },
    /** Sends a run's events after the reader's last one, until the run ends or the reader disconnects. */
    add(runId: string, stream: EventStream, after: number, errorEvent: ErrorEvent): void {
      const reader = new Reader(runId, stream, after, errorEvent);
      if (reader.out.isClosed()) return;
      readers.set(runId, (readers.get(runId) ?? new Set()).add(reader));
      reader.catchUp();
    },
    count: () => [...readers.values()].reduce((sum, set) => sum + set.size, 0),
  };
}
