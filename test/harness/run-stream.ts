/** Reads a run's server-sent events like a browser. */
import { createParser } from 'eventsource-parser';
import { RUN_ERROR, type RunEvent } from '#features/runs/events.ts';
import { POSITION_EVENT } from '#wire/position.ts';
import type { Person } from './test-server.ts';

interface Reading {
  /** Number in Last-Event-ID; defaults to the last event read so far. */
  after?: number;
  /** Disconnects when it returns true; otherwise reads until the stream ends. */
  until?: (event: RunEvent) => boolean;
}

interface StreamEnd {
  ended: 'by the server' | 'by the reader' | 'broken';
  /** The last retry hint, in ms. */
  retry: number | undefined;
  /** Why it broke. */
  reason?: string;
}

/** @param events the events so far; new ones are appended as they arrive, so that they are available even if the stream breaks */
export async function readStream(
  person: Person,
  runId: string,
  events: RunEvent[] = [],
  { after, until }: Reading = {},
): Promise<StreamEnd> {
  const last = after ?? events.at(-1)?.seq ?? 0;
  const headers: Record<string, string> = last > 0 ? { 'last-event-id': String(last) } : {};
  const leave = new AbortController();
  let retry: number | undefined;
  const parser = createParser({
    onEvent: ({ id, event, data }) => {
      if (leave.signal.aborted || event === POSITION_EVENT) return;
      const { at, ...rest } = JSON.parse(data);
      const read = { seq: Number(id), type: event === RUN_ERROR ? 'error' : event, data: rest, at } as RunEvent;
      events.push(read);
      if (until?.(read)) leave.abort();
    },
    onRetry: (milliseconds) => {
      retry = milliseconds;
    },
  });
  try {
    const response = await person.browser.fetch(`/api/runs/${runId}/events`, { headers, signal: leave.signal });
    if (response.status === 204) return { ended: 'by the server', retry };
    if (!response.ok || !response.body) throw new Error(`the stream answered ${response.status}`);
    for await (const text of response.body.pipeThrough(new TextDecoderStream())) parser.feed(text);
    return { ended: 'by the server', retry };
  } catch (error) {
    if (leave.signal.aborted) return { ended: 'by the reader', retry };
    const { message, cause } = error as Error;
    return { ended: 'broken', retry, reason: `${message}: ${(cause as Error | undefined)?.message ?? ''}` };
  }
}

/** @returns the events in order of arrival @throws if the stream breaks or is rejected */
export async function readRun(person: Person, runId: string, reading: Reading = {}): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  const { ended } = await readStream(person, runId, events, reading);
  if (ended === 'broken') throw new Error(`the stream broke after ${events.length} events, or was refused`);
  return events;
}

/** Whether these are all events of a run from the first to its end, without gaps or duplicates. */
export function isWhole(events: readonly RunEvent[]): boolean {
  return events.at(-1)?.type === 'end' && events.every((event, index) => event.seq === index + 1);
}

export function textOf(events: readonly RunEvent[]): string {
  return events.map((event) => (event.type === 'text' ? event.data.text : '')).join('');
}
