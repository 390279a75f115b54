/** Reads a run's event stream to its end and checks that nothing is missing. */
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { type EventType, eventData, eventTypes, RUN_ERROR } from '#features/runs/events.ts';
import { WrongAnswer } from './failure.ts';

/**
 * @param body of a `followRun` response that starts at the first event
 * @param onEvent called for each event as it arrives
 * @throws WrongAnswer `stream_gap` if the numbers do not increase by one from 1, `stream_unreadable`, `stream_after_end`,
 *   `stream_without_end` if it closes before the run's end, `run_failed` if the run did not end as done
 */
export async function readRunStream(body: AsyncIterable<Uint8Array>, onEvent: (type: EventType) => void): Promise<void> {
  let last = 0;
  let status: string | undefined;

  function take({ id, event, data }: EventSourceMessage): void {
    if (status !== undefined) throw new WrongAnswer('stream_after_end', `event ${id} came after the end`);
    if (Number(id) !== last + 1) throw new WrongAnswer('stream_gap', `event ${id} came after event ${last}`);
    last += 1;
    const type = eventTypes.find((known) => known === (event === RUN_ERROR ? 'error' : event));
    if (!type) throw new WrongAnswer('stream_unreadable', `event ${id} is of the unknown type ${event}`);
    if (type === 'end') status = eventData.end.parse(parse(data)).status;
    else parse(data);
    onEvent(type);
  }

  const parser = createParser({ onEvent: take });
  const decoder = new TextDecoder();
  // Leaving the loop by an exception cancels the stream, and with it the request.
  for await (const chunk of body) parser.feed(decoder.decode(chunk, { stream: true }));
  if (status === undefined) throw new WrongAnswer('stream_without_end', `the stream closed after event ${last}, before the run's end`);
  if (status !== 'done') throw new WrongAnswer('run_failed', `the run ended as ${status}`);
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    throw new WrongAnswer('stream_unreadable', `an event's data is no JSON: ${data.slice(0, 80)}`);
  }
}
