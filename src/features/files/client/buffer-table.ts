/** The open files by path. Values are immutable, so the screen can detect changes. */
import type { Buffer, Content, TextBuffer } from './buffer.ts';

export function createBufferTable() {
  const buffers = new Map<string, Buffer>();
  /** Separate from the buffers, so that a keystroke re-renders nothing but the editor. */
  const contents = new Map<string, Content>();
  const listeners = new Set<() => void>();
  const typed = new Set<(path: string) => void>();
  let dirtyPaths: readonly string[] = [];

  function emit(): void {
    dirtyPaths = [...buffers].flatMap(([path, buffer]) => (buffer.kind === 'text' && buffer.dirty ? [path] : []));
    for (const listener of listeners) listener();
  }

  function textAt(path: string): TextBuffer | undefined {
    const buffer = buffers.get(path);
    return buffer?.kind === 'text' ? buffer : undefined;
  }

  function setContent(path: string, content: Content): void {
    contents.set(path, content);
    for (const listener of typed) listener(path);
  }

  function put(path: string, buffer: Buffer): void {
    buffers.set(path, buffer);
    emit();
  }

  function patch(path: string, changes: Partial<TextBuffer>): void {
    const buffer = textAt(path);
    if (buffer) put(path, { ...buffer, ...changes });
  }

  return {
    textAt,
    put,
    patch,
    /** Replaces the text that the editor shows. */
    replace(path: string, text: string, changes: Partial<TextBuffer>): void {
      setContent(path, text);
      patch(path, { ...changes, revision: (textAt(path)?.revision ?? 0) + 1 });
    },
    drop(path: string): void {
      buffers.delete(path);
      contents.delete(path);
      emit();
    },
    rename(from: string, to: string): void {
      const buffer = buffers.get(from);
      const content = contents.get(from);
      if (!buffer) return;
      buffers.delete(from);
      contents.delete(from);
      if (content !== undefined) contents.set(to, content);
      put(to, buffer);
    },
    type: setContent,
    contentOf: (path: string): string => contents.get(path)?.toString() ?? '',
    get: (path: string): Buffer | undefined => buffers.get(path),
    paths: (): readonly string[] => [...buffers.keys()],
    dirtyPaths: (): readonly string[] => dirtyPaths,
    /** Hears of every change of a text, also of each keystroke. */
    onTyped(listener: (path: string) => void): () => void {
      typed.add(listener);
      return () => typed.delete(listener);
    },
    subscribe(listener: () => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export type BufferTable = ReturnType<typeof createBufferTable>;
