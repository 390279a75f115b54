/**
 * Parses Markdown in a worker, one text at a time, and terminates the worker when a piece takes too long; that piece is then shown as
 * source. The page itself never blocks, whatever a model writes.
 */
import type { MarkdownDocument } from './document.ts';
import type { FromWorker, ToWorker } from './worker.ts';

/** Per piece. A piece takes a few milliseconds, ten times as many on a busy phone; loading the worker does not count. */
const DEADLINE_MS = 1_500;
const MAX_REFUSED = 50;
/** A text with this many pieces that take too long is not tried again. */
const MAX_TRIES = 3;
const MAX_CACHED_CHARACTERS = 2_000_000;

type Answer = (document: MarkdownDocument | undefined) => void;

interface Job {
  text: string;
  tries: number;
  answer: Answer;
}

/** The part of a worker that the reader uses. */
export interface WorkerLike {
  postMessage(message: ToWorker): void;
  terminate(): void;
  onmessage: ((event: { data: FromWorker }) => void) | null;
  onerror: ((event: never) => void) | null;
}

export function createReader(startWorker: () => WorkerLike, deadline = DEADLINE_MS) {
  /** Pending texts by owner: only the newest text of each owner counts. */
  const waiting = new Map<object, Job>();
  const documents = new Map<string, MarkdownDocument>();
  const refused: string[] = [];
  const listeners = new Set<() => void>();
  let cachedCharacters = 0;
  let loads = 0;
  let worker: WorkerLike | undefined;
  let current: (Job & { owner: object; piece: string }) | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function open(): WorkerLike {
    const opened = startWorker();
    opened.onmessage = ({ data }) => opened === worker && receive(data);
    // The worker cannot be loaded, maybe because of a new version on the server: texts stay source.
    opened.onerror = () => opened === worker && end(undefined);
    opened.postMessage({ refused });
    return opened;
  }

  function receive(message: FromWorker): void {
    if ('loaded' in message) {
      loads++;
      for (const [text, { incomplete }] of documents) if (incomplete) drop(text);
      for (const listener of listeners) listener();
    } else if ('piece' in message) {
      if (!current) return;
      current.piece = message.piece;
      clearTimeout(timer);
      timer = setTimeout(fallBack, deadline);
    } else {
      if (current) remember(current.text, message.document);
      end(message.document);
    }
  }

  function fallBack(): void {
    worker?.terminate();
    worker = undefined;
    if (!current) return;
    const { piece, owner, ...job } = current;
    refused.unshift(piece);
    refused.length = Math.min(refused.length, MAX_REFUSED);
    // An owner whose text has grown since waits for the longer text.
    if (!waiting.has(owner) && job.tries < MAX_TRIES) waiting.set(owner, { ...job, tries: job.tries + 1 });
    else if (!waiting.has(owner)) job.answer(undefined);
    current = undefined;
    next();
  }

  function end(document: MarkdownDocument | undefined): void {
    clearTimeout(timer);
    const { answer } = current ?? {};
    current = undefined;
    answer?.(document);
    next();
  }

  function drop(text: string): void {
    if (documents.delete(text)) cachedCharacters -= text.length;
  }

  function remember(text: string, document: MarkdownDocument): void {
    drop(text);
    documents.set(text, document);
    cachedCharacters += text.length;
    for (const oldest of documents.keys()) {
      if (cachedCharacters <= MAX_CACHED_CHARACTERS) break;
      drop(oldest);
    }
  }

  function next(): void {
    const [first] = waiting;
    if (current || !first) return;
    const [owner, job] = first;
    waiting.delete(owner);
    current = { ...job, owner, piece: '' };
    worker ??= open();
    worker.postMessage({ text: job.text });
  }

  return {
    /** A document that was already parsed; undefined otherwise. */
    find: (text: string): MarkdownDocument | undefined => documents.get(text),
    /** @param answer gets undefined if the text is to be shown as source; not called after `cancel` */
    read(owner: object, text: string, answer: Answer): void {
      waiting.set(owner, { text, tries: 1, answer });
      next();
    },
    cancel: (owner: object): void => {
      waiting.delete(owner);
      if (current?.owner === owner) current.answer = () => {};
    },
    /** Called when incomplete documents can be parsed again. */
    onLoaded(listener: () => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    /** How many times that has happened. Loading may finish before anyone subscribes. */
    countLoads: (): number => loads,
  };
}
