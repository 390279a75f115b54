/** The files a user has open in a project, in this browser: their order, the current one, and their texts. */
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useEffectEvent, useState, useSyncExternalStore } from 'react';
import { useStored } from '#ui/app/stored.ts';
import { showFailure, showToast } from '#ui/primitives/toast.tsx';
import { createBuffers } from './buffers.ts';
import type { GoTo, Place } from './go-to.ts';
import { useLiveFiles } from './live/use-live-files.ts';
import { loadNewer, refreshFiles, writeFile } from './queries.ts';
import type { Merge } from './saving.ts';
import { isWithin, titleOf } from './text.ts';
import { texts } from './texts.ts';
import { describeWhose, isYou } from './who.ts';

interface OpenFilesOptions {
  projectId: string;
  userId: string;
  /** The current file, named in the address. */
  current: string | undefined;
  onSelect: (path: string | undefined) => void;
}

const parsePaths = (stored: unknown): readonly string[] => (Array.isArray(stored) ? stored.filter((each) => typeof each === 'string') : []);

export function useOpenFiles({ projectId, userId, current, onSelect }: OpenFilesOptions) {
  const client = useQueryClient();
  const [paths, setPaths] = useStored(`tabs:${userId}:${projectId}`, parsePaths);

  const drop = (gone: (path: string) => boolean) => {
    const left = paths.filter((path) => !gone(path));
    setPaths(left);
    if (current && gone(current)) onSelect(left[Math.min(paths.indexOf(current), left.length - 1)]);
  };
  const dropGone = useEffectEvent((path: string) => {
    drop((each) => each === path);
    showToast(texts.editor.gone(titleOf(path)));
  });
  const [buffers] = useState(() =>
    createBuffers({
      userId,
      projectId,
      load: (path, known) => loadNewer(projectId, path, known),
      write: (path, text, version) => writeFile(projectId, path, text, version),
      onGone: (path) => dropGone(path),
      onMerged: announceMerge,
      onSettled: () => void refreshFiles(client, projectId),
    }),
  );

  const openCurrent = useEffectEvent((path: string) => {
    if (!paths.includes(path)) setPaths([...paths, path]);
  });
  useEffect(() => {
    if (!current) return;
    openCurrent(current);
    void buffers.open(current);
  }, [current, buffers]);
  const openDrafts = useEffectEvent(() => buffers.openDrafts(paths));
  useEffect(() => openDrafts(), []);
  useLiveFiles(projectId, buffers);
  usePersistDrafts(buffers);
  useRetries(buffers);

  const [goTo, setGoTo] = useState<GoTo>();
  const openToType = useCallback(
    (path: string, place?: Place) => {
      setGoTo({ path, place });
      onSelect(path);
    },
    [onSelect],
  );

  const dirtyPaths = useSyncExternalStore(buffers.subscribe, buffers.dirtyPaths);
  return {
    buffers,
    paths,
    dirtyPaths,
    /** Opens a file with the cursor in it, at a place if one is given. */
    openToType,
    /** Where the cursor is to go. */
    goTo,
    close: (path: string) => {
      buffers.close(path);
      drop((each) => each === path);
    },
    renamed: (moves: readonly { from: string; to: string }[]) => {
      const rename = (path: string) => {
        const move = moves.find(({ from }) => isWithin(path, from));
        return move ? move.to + path.slice(move.from.length) : path;
      };
      for (const { from, to } of moves) buffers.renamed(from, to);
      setPaths(paths.map(rename));
      if (current && rename(current) !== current) onSelect(rename(current));
    },
    removed: (gone: readonly string[]) => {
      const isGone = (path: string) => gone.some((each) => isWithin(path, each));
      for (const path of paths) if (isGone(path)) buffers.close(path);
      drop(isGone);
    },
  };
}

export type OpenFiles = ReturnType<typeof useOpenFiles>;

/** Also while the browser reports being online: the server may have been down. */
const RETRY_MS = 5_000;

/** Retries saves that failed for lack of a connection. */
function useRetries({ retryUnsent }: ReturnType<typeof createBuffers>): void {
  useEffect(() => {
    const timer = setInterval(() => navigator.onLine && retryUnsent(), RETRY_MS);
    window.addEventListener('online', retryUnsent);
    return () => {
      clearInterval(timer);
      window.removeEventListener('online', retryUnsent);
    };
  }, [retryUnsent]);
}

function usePersistDrafts(buffers: ReturnType<typeof createBuffers>): void {
  const onLeave = useCallback(
    (event: BeforeUnloadEvent) => {
      buffers.persistDrafts();
      if (buffers.dirtyPaths().length > 0) event.preventDefault();
    },
    [buffers],
  );
  useEffect(() => {
    window.addEventListener('beforeunload', onLeave);
    window.addEventListener('pagehide', buffers.persistDrafts);
    return () => {
      window.removeEventListener('beforeunload', onLeave);
      window.removeEventListener('pagehide', buffers.persistDrafts);
      buffers.persistDrafts();
    };
  }, [buffers, onLeave]);
}

/** Says whose changes a save was merged with, and takes the merge back on request. */
function announceMerge({ path, by, undo }: Merge): void {
  const { merged } = texts;
  const onSelect = () => {
    undo().then((done) => done || showToast(merged.tooLate(titleOf(path)), { kind: 'news' }), showFailure);
  };
  showToast(isYou(by) ? merged.withYours : merged.withTheirs(describeWhose(by)), { action: { label: merged.undo, onSelect } });
}
