/** When each event of a run reaches a reader. */
import { createParser } from 'eventsource-parser';
import type { Person } from '../harness/test-server.ts';

/** Reads a run to its end. @returns milliseconds by the number of the event */
export async function readArrivals(person: Person, runId: string): Promise<Map<number, number>> {
  const arrivals = new Map<number, number>();
  const parser = createParser({ onEvent: ({ id }) => arrivals.set(Number(id), performance.now()) });
  const response = await person.browser.fetch(`/api/runs/${runId}/events`);
  if (!response.ok || !response.body) throw new Error(`the stream answered ${response.status}`);
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) parser.feed(text);
  return arrivals;
}

/** How much later events reach one reader than another: of ten, the second-longest delay. */
export function delayOf(arrivals: Map<number, number>, direct: Map<number, number>): number {
  const delays = [...direct].map(([seq, at]) => (arrivals.get(seq) ?? Number.POSITIVE_INFINITY) - at).sort((a, b) => a - b);
  return delays[Math.floor(delays.length * 0.9)] ?? Number.POSITIVE_INFINITY;
}
