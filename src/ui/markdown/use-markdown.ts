import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { MarkdownDocument } from './document.ts';
import { createReader, type WorkerLike } from './reader.ts';

// Created with the screen, so that the worker loads at the same time as the conversation.
const reader = createReader(() => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' }) as WorkerLike);

interface Read {
  /** The parsed text; undefined if it is to be shown as source. */
  document: MarkdownDocument | undefined;
  /** The text it was parsed from, while a longer one is being parsed. */
  of: string;
}

/** @returns undefined until the text, or the beginning of it, has been parsed once */
export function useMarkdown(text: string): Read | undefined {
  const owner = useRef({});
  const loads = useSyncExternalStore(reader.onLoaded, reader.countLoads);
  const [read, setRead] = useState<Read | undefined>(() => {
    const document = reader.find(text);
    return document && { document, of: text };
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same text is parsed again once more languages are loaded
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
