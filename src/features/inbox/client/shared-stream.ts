/**
 * One stream of server-sent events for all tabs of a browser, which allows six connections to a server: the tab that holds a lock
 * reads it and tells the others. When that tab goes, the next one in line reads on. Without locks or channels between tabs (an
 * address without HTTPS, an old browser) each tab reads for itself.
 */

interface Heard {
  event: string;
  data: unknown;
}

type Source = Pick<EventSource, 'addEventListener' | 'close' | 'readyState'>;

/** What a browser has for it; tests bring their own. */
export interface Dependencies {
  locks: Pick<LockManager, 'request'> | undefined;
  openChannel: ((name: string) => Pick<BroadcastChannel, 'postMessage' | 'addEventListener' | 'close'>) | undefined;
  openSource: (url: string) => Source;
}

interface SharedStreamOptions {
  /** The same in all tabs that share it, and in no other: who is signed in belongs to it. */
  name: string;
  url: string;
  events: readonly string[];
  onEvent: (event: string, data: unknown) => void;
  /** It ended for good and is asked for again later; whoever reads only by request should look. */
  onRefused: () => void;
}

const CLOSED = 2;
const RETRY_MS = 5000;
/** Asks the tab that reads for what it heard last. */
const HELLO = 'hello';

const ofThisBrowser = (): Dependencies => ({
  locks: navigator.locks,
  openChannel: typeof BroadcastChannel === 'undefined' ? undefined : (name) => new BroadcastChannel(name),
  openSource: (url) => new EventSource(url),
});

/** @returns how to end it */
export function openSharedStream(options: SharedStreamOptions, dependencies: Dependencies = ofThisBrowser()): () => void {
  const { name, onEvent } = options;
  const { locks, openChannel } = dependencies;
  if (!locks || !openChannel) return readStream(options, dependencies, ({ event, data }) => onEvent(event, data));

  const channel = openChannel(name);
  const left = new AbortController();
  /** By event; kept only by the tab that reads. */
  const latest = new Map<string, Heard>();
  channel.addEventListener('message', ({ data: said }: MessageEvent<Heard | typeof HELLO>) => {
    if (said !== HELLO) onEvent(said.event, said.data);
    else for (const heard of latest.values()) channel.postMessage(heard);
  });
  const take = (heard: Heard) => {
    latest.set(heard.event, heard);
    channel.postMessage(heard);
    onEvent(heard.event, heard.data);
  };
  /** Holds the lock for as long as this tab is there. */
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

/** Comes back by itself after a break, and later after a refusal. */
function readStream(
  { url, events, onRefused }: SharedStreamOptions,
  { openSource }: Dependencies,
  take: (heard: Heard) => void,
): () => void {
  let source: Source;
  let timer: ReturnType<typeof setTimeout> | undefined;
  function open(): void {
    source = openSource(url);
    const opened = source;
    for (const event of events)
      opened.addEventListener(event, (message) => take({ event, data: JSON.parse((message as MessageEvent).data) }));
    opened.addEventListener('error', () => {
      if (opened.readyState !== CLOSED) return;
      onRefused();
      timer = setTimeout(open, RETRY_MS);
    });
  }
  open();
  return () => {
    clearTimeout(timer);
    source.close();
  };
}
