/** Reads a run's server-sent events the way a browser does. */
import { EventSourceParserStream } from 'eventsource-parser/stream';
import type { RunEvent } from '#features/runs/events.ts';
import type { Person } from './house.ts';

interface Reading {
  /** Number in Last-Event-ID. */
  after?: number;
  /** Leave when it says so; else read until the server ends the stream. */
  until?: (event: RunEvent) => boolean;
}

/** @returns the events in the order in which they came */
export async function readRun(person: Person, runId: string, { after = 0, until }: Reading = {}): Promise<RunEvent[]> {
  const leave = new AbortController();
  const headers: Record<string, string> = after > 0 ? { 'last-event-id': String(after) } : {};
  const response = await person.browser.fetch(`/api/runs/${runId}/events`, { headers, signal: leave.signal });
  if (!response.ok || !response.body) throw new Error(`the stream answered ${response.status}`);
  const events: RunEvent[] = [];
  const stream = response.body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
  for await (const { id, event, data } of stream) {
    const { at, ...rest } = JSON.parse(data);
    events.push({ seq: Number(id), type: event, data: rest, at } as RunEvent);
    const last = events.at(-1);
    if (last && until?.(last)) break;
  }
  leave.abort();
  return events;
}

export function textOf(events: readonly RunEvent[]): string {
  return events.map((event) => (event.type === 'text' ? event.data.text : '')).join('');
}
