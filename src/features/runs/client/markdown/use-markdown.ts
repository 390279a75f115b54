import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { MarkdownDocument } from './document.ts';
import { createReader, type WorkerLike } from './reader.ts';

// Made with the screen, so that the worker loads while the conversation does.
const reader = createReader(() => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' }) as WorkerLike);

interface Read {
  /** What was read of the text; undefined where it is to be shown as it is written. */
  document: MarkdownDocument | undefined;
  /** The text that this belongs to, while a longer one is being read. */
  of: string;
}

/** @returns undefined until the text, or the beginning of it, was read for the first time */
export function useMarkdown(text: string): Read | undefined {
  const owner = useRef({});
  const loads = useSyncExternalStore(reader.onLoaded, reader.countLoads);
  const [read, setRead] = useState<Read | undefined>(() => {
    const document = reader.find(text);
    return document && { document, of: text };
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same text is read again once more is loaded
  useEffect(() => {
    const found = reader.find(text);
    if (found) setRead({ document: found, of: text });
    else reader.read(owner.current, text, (document) => setRead({ document, of: text }));
  }, [text, loads]);
  useEffect(() => {
    const self = owner.current;
    return () => reader.cancel(self);
  }, []);
  return read && text.startsWith(read.of) ? read : undefined;
}
