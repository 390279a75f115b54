/** Reads a run's events as a browser would: comes back by itself with Last-Event-ID when a server goes away. */
import { createParser } from 'eventsource-parser';
import type { Person } from './house.ts';

export interface ReadEvent {
  id: number;
  type: string;
  data: unknown;
}

/**
 * @param events what was read so far; new ones are appended as they arrive
 * @returns how the stream ended, and the last hint when to come back
 */
export async function readStream(
  person: Person,
  runId: string,
  events: ReadEvent[] = [],
): Promise<{ ended: 'by the server' | 'broken'; retry: number | undefined }> {
  const last = events.at(-1)?.id;
  const headers: Record<string, string> = last === undefined ? {} : { 'last-event-id': String(last) };
  let retry: number | undefined;
  const parser = createParser({
    onEvent: ({ id, event, data }) => void events.push({ id: Number(id), type: event ?? '', data: JSON.parse(data) }),
    onRetry: (milliseconds) => {
      retry = milliseconds;
    },
  });
  try {
    const response = await person.browser.fetch(`/api/runs/${runId}/events`, { headers });
    if (!response.ok || !response.body) throw new Error(`the stream answered ${response.status}`);
    for await (const text of response.body.pipeThrough(new TextDecoderStream())) parser.feed(text);
    return { ended: 'by the server', retry };
  } catch {
    return { ended: 'broken', retry };
  }
}

/** Are these all events of a run from the first to its end, none missing and none twice? */
export function isWhole(events: readonly ReadEvent[]): boolean {
  return events.at(-1)?.type === 'end' && events.every((event, index) => event.id === index + 1);
}
