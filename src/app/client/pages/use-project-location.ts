/** The open file and the open run, both in the URL, so reloads and links lead to the same place. */
import { useCallback, useState } from 'react';
import { useSearchParams } from '#ui/app/search-params.ts';

export type Pane = 'files' | 'editor' | 'agent';

export function useProjectLocation() {
  const [params, setParams] = useSearchParams();
  const file = params.get('file') ?? undefined;
  const run = params.get('run') ?? undefined;
  /** A phone shows one pane at a time. */
  const [pane, setPane] = useState<Pane>(file ? 'editor' : run ? 'agent' : 'files');
  // Back and forward switch to the pane they change.
  const [seen, setSeen] = useState({ file, run });
  if (seen.file !== file || seen.run !== run) {
    setSeen({ file, run });
    if (seen.file === file) setPane('agent');
    else setPane(file ? 'editor' : 'files');
  }

  const set = useCallback(
    (key: 'file' | 'run', value: string | undefined) => {
      // Otherwise Back would lead to the same page.
      if (params.get(key) === (value ?? null)) return;
      setParams((before) => {
        const next = new URLSearchParams(before);
        if (value === undefined) next.delete(key);
        else next.set(key, value);
        return next;
      });
    },
    [params, setParams],
  );
  const selectFile = useCallback(
    (path: string | undefined) => {
      set('file', path);
      setPane(path ? 'editor' : 'files');
    },
    [set],
  );
  const selectRun = useCallback(
    (runId: string | undefined) => {
      set('run', runId);
      setPane('agent');
    },
    [set],
  );
  return { file, run, pane, selectFile, selectRun, setPane };
}
