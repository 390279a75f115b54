/** The open file, view and run, all in the URL, so reloads and links lead to the same place. */
import { useCallback, useMemo, useState } from 'react';
import { parseView, type View } from '#features/files/client/view.ts';
import { useSearchParams } from '#ui/app/search-params.ts';

export type Pane = 'files' | 'editor' | 'agent';

export function useProjectLocation() {
  const [params, setParams] = useSearchParams();
  const file = params.get('file') ?? undefined;
  const run = params.get('run') ?? undefined;
  const viewName = params.get('view');
  const of = params.get('of');
  const view = useMemo(() => parseView(viewName, of), [viewName, of]);
  /** A phone shows one pane at a time. */
  const [pane, setPane] = useState<Pane>(file || view ? 'editor' : run ? 'agent' : 'files');
  // Back and forward switch to the pane they change.
  const [seen, setSeen] = useState({ file, view, run });
  if (seen.file !== file || seen.view !== view || seen.run !== run) {
    setSeen({ file, view, run });
    if (seen.file === file && seen.view === view) setPane('agent');
    else setPane(file || view ? 'editor' : 'files');
  }

  const set = useCallback(
    (changes: Readonly<Record<string, string | undefined>>) => {
      const entries = Object.entries(changes);
      // Otherwise Back would lead to the same page.
      if (entries.every(([key, value]) => params.get(key) === (value ?? null))) return;
      setParams((before) => {
        const next = new URLSearchParams(before);
        for (const [key, value] of entries) {
          if (value === undefined) next.delete(key);
          else next.set(key, value);
        }
        return next;
      });
    },
    [params, setParams],
  );
  const selectFile = useCallback(
    (path: string | undefined) => {
      set({ file: path, view: undefined, of: undefined });
      setPane(path ? 'editor' : 'files');
    },
    [set],
  );
  /** Shows a view in place of the file, or the file again. */
  const selectView = useCallback(
    (next: View | undefined) => {
      set({ view: next?.kind, of: next?.kind === 'history' ? next.of : undefined });
      setPane('editor');
    },
    [set],
  );
  const selectRun = useCallback(
    (runId: string | undefined) => {
      set({ run: runId });
      setPane('agent');
    },
    [set],
  );
  return { file, view, run, pane, selectFile, selectView, selectRun, setPane };
}
