/** The tree's state: which folders are open in this browser, and the rows that follow. */
import { type UseQueryResult, useQueries, useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { TreeEntry } from '#features/files/contract.ts';
import { subscribeLive } from '#ui/app/live-events.ts';
import { useStored } from '#ui/app/stored.ts';
import { FILES_TOUCHED, type FilesTouched } from '../live/use-live-files.ts';
import { isWithin } from '../text.ts';
import { type Listing, listingQuery } from './listing.ts';
import { ancestorsOf } from './paths.ts';
import { rowsOf } from './rows.ts';

/** Each open folder is a request when the page opens. */
const MAX_OPEN = 200;
/** More paths than this come from an import or a move, and would open the whole tree. */
const MAX_REVEALED = 5;

const parsePaths = (stored: unknown): readonly string[] => (Array.isArray(stored) ? stored.filter((each) => typeof each === 'string') : []);

const readListings = (results: readonly UseQueryResult<Listing>[]) =>
  results.map(({ data, isPending, isError }) => ({ data, isPending, isError }));

interface Naming {
  parent: string;
  type: TreeEntry['type'];
}

export function useTree(projectId: string, current: string | undefined) {
  const folders = useOpenFolders(projectId);
  const { open, openAll } = folders;
  const [naming, setNaming] = useState<Naming>();
  /** The row to scroll to as soon as it is there. */
  const [revealing, setRevealing] = useState<string>();

  const root = useQuery(listingQuery(projectId, ''));
  const shown = useMemo(() => [...open].filter((folder) => ancestorsOf(folder).every((each) => open.has(each))), [open]);
  const listings = useQueries({ queries: shown.map((folder) => listingQuery(projectId, folder)), combine: readListings });
  const rows = useMemo(() => {
    const byFolder = new Map(shown.map((folder, index) => [folder, listings[index]?.data]));
    const listingOf = (folder: string) => (folder === '' ? root.data : byFolder.get(folder));
    return rowsOf({ listingOf, isOpen: (folder) => open.has(folder), naming });
  }, [root.data, shown, listings, open, naming]);

  const gone = listings.flatMap(({ data }, index) => (data?.gone ? (shown[index] ?? []) : [])).join('\n');
  const { close } = folders;
  useEffect(() => {
    for (const folder of gone.split('\n')) if (folder !== '') close(folder);
  }, [gone, close]);

  const reveal = useCallback(
    (path: string) => {
      openAll(ancestorsOf(path));
      setRevealing(path);
    },
    [openAll],
  );
  useEffect(() => {
    if (current) reveal(current);
  }, [current, reveal]);
  useEffect(
    () =>
      subscribeLive(FILES_TOUCHED, (data) => {
        const { projectId: changed, touched } = data as FilesTouched;
        // People want to see what others have created.
        if (changed === projectId && touched.appeared.size <= MAX_REVEALED) openAll([...touched.appeared].flatMap(ancestorsOf));
      }),
    [projectId, openAll],
  );

  return {
    root,
    rows,
    folders,
    isLoading: (folder: string) => listings[shown.indexOf(folder)]?.isPending ?? false,
    naming,
    /** Shows a row in which the name of a new file or folder is typed. */
    startNaming: (next: Naming | undefined) => {
      if (next) openAll([...ancestorsOf(next.parent), ...(next.parent === '' ? [] : [next.parent])]);
      setNaming(next);
    },
    reveal,
    revealing,
    revealed: useCallback(() => setRevealing(undefined), []),
  };
}

/** Stored in this browser. The functions stay the same, and build on each other within one update. */
function useOpenFolders(projectId: string) {
  const [stored, store] = useStored(`folders:${projectId}`, parsePaths);
  const latest = useRef({ paths: stored, store });
  latest.current.store = store;
  const change = useCallback((next: (paths: readonly string[]) => readonly string[]) => {
    const { paths, store } = latest.current;
    const changed = next(paths);
    if (changed === paths) return;
    latest.current.paths = changed.slice(-MAX_OPEN);
    store(latest.current.paths);
  }, []);
  return {
    open: useMemo(() => new Set(stored), [stored]),
    openAll: useCallback(
      (folders: readonly string[]) =>
        change((paths) => {
          const missing = [...new Set(folders)].filter((folder) => !paths.includes(folder));
          return missing.length > 0 ? [...paths, ...missing] : paths;
        }),
      [change],
    ),
    /** Folders inside stay open, for when it is opened again. */
    close: useCallback(
      (folder: string) => change((paths) => (paths.includes(folder) ? paths.filter((each) => each !== folder) : paths)),
      [change],
    ),
    closeAll: useCallback(() => change(() => []), [change]),
    renamed: useCallback(
      (from: string, to: string) => change((paths) => paths.map((path) => (isWithin(path, from) ? to + path.slice(from.length) : path))),
      [change],
    ),
  };
}
