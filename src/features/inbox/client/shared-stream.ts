/**
 * One stream of server-sent events for all tabs of a browser, which allows only six connections to a server. The tab that holds a lock
 * reads the stream and broadcasts its events to the others. When that tab closes, the next one in line takes over. Without locks or
 * channels between tabs (an address without HTTPS, an old browser), each tab opens its own stream.
 */
import { OPENED } from '#ui/app/live-events.ts';
import { followPosition } from '#ui/app/position.ts';

interface Heard {
  event: string;
  data: unknown;
}

type Source = Pick<EventSource, 'addEventListener' | 'close' | 'readyState'>;

/** The browser APIs it uses; tests pass their own. */
export interface Dependencies {
  locks: Pick<LockManager, 'request'> | undefined;
  openChannel: ((name: string) => Pick<BroadcastChannel, 'postMessage' | 'addEventListener' | 'close'>) | undefined;
  openSource: (url: string) => Source;
}

interface SharedStreamOptions {
  /** Shared by exactly the tabs that may share a stream, so it includes the signed-in user. */
  name: string;
  url: string;
  events: readonly string[];
  /** Also `OPENED`, whenever the stream has been opened, and `CHECK`. */
  onEvent: (event: string, data: unknown) => void;
}

/** The server rejected the stream, which is opened again later, or the stream broke and is open again: events may have been missed. */
export const CHECK = 'check';

const CLOSED = 2;
const RETRY_MS = 5000;
/** Asks the reading tab for its latest events. */
const HELLO = 'hello';

const ofThisBrowser = (): Dependencies => ({
  locks: navigator.locks,
  openChannel: typeof BroadcastChannel === 'undefined' ? undefined : (name) => new BroadcastChannel(name),
  openSource: (url) => new EventSource(url),
});

/** @returns a function that closes it */
export function openSharedStream(options: SharedStreamOptions, dependencies: Dependencies = ofThisBrowser()): () => void {
  const { name, onEvent } = options;
  const { locks, openChannel } = dependencies;
  if (!locks || !openChannel) return readStream(options, dependencies, ({ event, data }) => onEvent(event, data));

  const channel = openChannel(name);
  const left = new AbortController();
  /** By event; filled only in the reading tab. */
  const latest = new Map<string, Heard>();
  channel.addEventListener('message', ({ data: said }: MessageEvent<Heard | typeof HELLO>) => {
    if (said !== HELLO) onEvent(said.event, said.data);
    else for (const heard of latest.values()) channel.postMessage(heard);
  });
  const take = (heard: Heard) => {
    if (heard.event !== CHECK && heard.event !== OPENED) latest.set(heard.event, heard);
    channel.postMessage(heard);
    onEvent(heard.event, heard.data);
  };
  /** Holds the lock for the lifetime of this tab. */
  const lead = () =>
    new Promise<void>((resolve) => {
      const close = readStream(options, dependencies, take);
      left.signal.addEventListener('abort', () => {
        close();
        resolve();
      });
    });
  locks.request(name, { signal: left.signal }, lead).catch(() => undefined);
  channel.postMessage(HELLO);
  return () => {
    left.abort();
    channel.close();
  };
}

/** Reconnects by itself after a broken connection, and later after a rejection. */
function readStream({ url, events }: SharedStreamOptions, { openSource }: Dependencies, take: (heard: Heard) => void): () => void {
  let source: Source;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let opened = 0;
  const check = () => take({ event: CHECK, data: {} });
  function open(): void {
    const current = openSource(url);
    source = current;
    followPosition(current);
    for (const event of events)
      current.addEventListener(event, (message) => take({ event, data: JSON.parse((message as MessageEvent).data) }));
    current.addEventListener('open', () => {
      take({ event: OPENED, data: null });
      if (opened++ > 0) check();
    });
    current.addEventListener('error', () => {
      if (current.readyState !== CLOSED) return;
      check();
      timer = setTimeout(open, RETRY_MS);
    });
  }
  open();
  return () => {
    clearTimeout(timer);
    source.close();
  };
}
