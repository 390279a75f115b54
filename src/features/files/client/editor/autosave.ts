/** Saves by itself, a moment after the last key; never so often that it uses up a person’s limit of changes. */
import { useEffect } from 'react';
import type { Buffers } from '../buffers.ts';

/** After the last key. */
const PAUSE_MS = 1_500;
/** Between any two saves: at most 12 a minute, of the 20 file changes that a person has. */
export const MIN_INTERVAL_MS = 5_000;

interface AutosaveOptions {
  save: (path: string) => Promise<void>;
  /** Whether there is something to save, and nothing for the person to decide first. */
  canSave: (path: string) => boolean;
}

export function createAutosave({ save, canSave }: AutosaveOptions) {
  /** When each file was last typed in. */
  const typedAt = new Map<string, number>();
  let savedAt = Number.NEGATIVE_INFINITY;
  let saving = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function schedule(): void {
    clearTimeout(timer);
    timer = undefined;
    if (saving || typedAt.size === 0) return;
    const first = Math.min(...typedAt.values());
    const due = Math.max(first + PAUSE_MS, savedAt + MIN_INTERVAL_MS);
    timer = setTimeout(() => void run(), Math.max(0, due - Date.now()));
  }

  async function run(): Promise<void> {
    const due = [...typedAt].find(([, at]) => at + PAUSE_MS <= Date.now());
    if (due) {
      const [path] = due;
      typedAt.delete(path);
      if (canSave(path)) {
        saving = true;
        savedAt = Date.now();
        await save(path);
        saving = false;
      }
    }
    schedule();
  }

  return {
    typed(path: string): void {
      typedAt.set(path, Date.now());
      schedule();
    },
    /** Forgets what is due. */
    stop(): void {
      typedAt.clear();
      clearTimeout(timer);
    },
  };
}

export function useAutosave(buffers: Buffers, enabled: boolean): void {
  useEffect(() => {
    if (!enabled) return;
    const canSave = (path: string) => {
      const buffer = buffers.get(path);
      return buffer?.kind === 'text' && buffer.dirty && !buffer.saving && !buffer.comparing && !buffer.saveError;
    };
    const autosave = createAutosave({ save: buffers.save, canSave });
    // What was typed before it was switched on.
    for (const path of buffers.dirtyPaths()) autosave.typed(path);
    const end = buffers.onTyped(autosave.typed);
    return () => {
      end();
      autosave.stop();
    };
  }, [buffers, enabled]);
}
