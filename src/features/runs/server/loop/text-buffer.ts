/**
 * Buffers model output and stores it a few times a second: at once after a pause, and never two flushes at a time, so that a slow
 * database gets fewer, larger ones. Output that arrives while a flush waits for its turn is included.
 */
import type { EventData } from '../../events.ts';

/** How often model output is stored and shown, in ms. */
const STORE_EVERY_MS = 50;

/** @param store takes a lazy batch when it is its turn; an error it throws is rethrown by the next call here */
export function createTextBuffer(store: (takePending: () => EventData[]) => Promise<void>) {
  let pending: EventData[] = [];
  let storing: Promise<void> | undefined;
  /** Whether the flush in progress has had its turn. */
  let isTaken = false;
  let storedAt = -Infinity;
  let timer: NodeJS.Timeout | undefined;
  let failure: { error: unknown } | undefined;

  function schedule(): void {
    if (timer || storing || pending.length === 0) return;
    timer = setTimeout(() => void flush(), Math.max(0, storedAt + STORE_EVERY_MS - performance.now()));
  }

  function takePending(): EventData[] {
    const taken = pending;
    pending = [];
    storedAt = performance.now();
    return taken;
  }

  async function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    if (storing || pending.length === 0) return;
    isTaken = false;
    storing = store(() => {
      isTaken = true;
      return takePending();
    }).catch((error: unknown) => {
      failure ??= { error };
    });
    await storing;
    storing = undefined;
    schedule();
  }

  return {
    add(event: EventData): void {
      if (failure) throw failure.error;
      pending = join(pending, event);
      schedule();
    },
    /** @returns the output not stored yet; stores nothing after this */
    async end(): Promise<EventData[]> {
      clearTimeout(timer);
      const rest = takePending();
      // A flush that still waits for its turn finds nothing left then.
      if (isTaken) await storing;
      if (failure) throw failure.error;
      return rest;
    },
  };
}

/** Merges chunks of the same text. */
function join(events: EventData[], event: EventData): EventData[] {
  const last = events.at(-1);
  const text = last && joinedText(last, event);
  return text === undefined ? [...events, event] : events.with(-1, text);
}

function joinedText(last: EventData, event: EventData): EventData | undefined {
  if (last.type === 'tool_input' && event.type === 'tool_input' && last.data.callId === event.data.callId)
    return { type: 'tool_input', data: { ...last.data, text: last.data.text + event.data.text } };
  if ((last.type === 'text' || last.type === 'reasoning') && last.type === event.type)
    return { type: last.type, data: { text: last.data.text + (event.data as { text: string }).text } };
  return undefined;
}
