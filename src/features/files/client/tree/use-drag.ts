/** Dragging rows onto folders, and files from outside onto the tree. The root is dropped on wherever there is no folder. */
import { type DragEvent, useEffect, useEffectEvent, useRef, useState } from 'react';
import { canMoveInto } from './paths.ts';

/** Marks what is dragged as rows of this tree. */
const ROWS = 'application/x-guildhall-files';
/** A closed folder opens when something is held over it. */
const OPEN_MS = 700;
/** How close to an edge the tree scrolls, and how far at a time, in pixels. */
const EDGE = 28;
const STEP = 14;

interface DragOptions {
  enabled: boolean;
  /** What is dragged with a row. */
  targetsOf: (path: string) => readonly string[];
  /** The folder in which a row is, or which it is; '' for the root and for anything but a row. */
  folderAt: (path: string | undefined) => string;
  isOpen: (folder: string) => boolean;
  onOpenFolder: (folder: string) => void;
  onMove: (paths: readonly string[], folder: string) => void;
  onFiles: (data: DataTransfer, folder: string) => void;
}

export interface Drag {
  /** The folder that would get what is dragged; undefined while nothing is. */
  over: string | undefined;
  /** What is dragged comes from outside. */
  outside: boolean;
}

const pathAt = (target: EventTarget): string | undefined =>
  target instanceof Element ? (target.closest('[data-path]')?.getAttribute('data-path') ?? undefined) : undefined;

/** @returns the state, and the handlers of the pane around the tree */
export function useDrag({ enabled, targetsOf, folderAt, isOpen, onOpenFolder, onMove, onFiles }: DragOptions) {
  const [drag, setDrag] = useState<Drag>({ over: undefined, outside: false });
  const dragged = useRef<readonly string[]>([]);
  const openSoon = useOpenSoon(drag.over, (folder) => !isOpen(folder) && onOpenFolder(folder));
  const end = () => {
    dragged.current = [];
    openSoon();
    setDrag({ over: undefined, outside: false });
  };
  const show = (over: string | undefined, outside: boolean) =>
    setDrag((before) => (before.over === over && before.outside === outside ? before : { over, outside }));
  const takes = ({ types }: DataTransfer): 'rows' | 'files' | undefined => {
    if (!enabled) return undefined;
    if (types.includes(ROWS)) return dragged.current.length > 0 ? 'rows' : undefined;
    return types.includes('Files') ? 'files' : undefined;
  };

  const handlers = {
    onDragStart: (event: DragEvent) => {
      const path = pathAt(event.target);
      if (!enabled || path === undefined) return;
      dragged.current = targetsOf(path);
      event.dataTransfer.effectAllowed = 'move';
      event.dataTransfer.setData(ROWS, '');
      event.dataTransfer.setData('text/plain', dragged.current.join('\n'));
    },
    onDragOver: (event: DragEvent) => {
      const what = takes(event.dataTransfer);
      if (!what) return;
      scrollAtEdge(event);
      const folder = folderAt(pathAt(event.target));
      const fits = what === 'files' || dragged.current.some((path) => canMoveInto(path, folder));
      show(fits ? folder : undefined, what === 'files');
      // Always handled: otherwise the browser would open a dropped file in place of the page.
      event.preventDefault();
      event.dataTransfer.dropEffect = fits ? (what === 'files' ? 'copy' : 'move') : 'none';
    },
    onDragLeave: (event: DragEvent<HTMLElement>) => {
      if (!(event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget))) show(undefined, false);
    },
    onDrop: (event: DragEvent) => {
      const what = takes(event.dataTransfer);
      if (!what) return;
      event.preventDefault();
      const folder = folderAt(pathAt(event.target));
      const paths = dragged.current.filter((path) => canMoveInto(path, folder));
      end();
      if (what === 'files') onFiles(event.dataTransfer, folder);
      else if (paths.length > 0) onMove(paths, folder);
    },
    onDragEnd: end,
  };
  return { drag: enabled ? drag : undefined, handlers };
}

function scrollAtEdge(event: DragEvent): void {
  const tree = event.currentTarget.querySelector('.tree');
  if (!tree) return;
  const { top, bottom } = tree.getBoundingClientRect();
  if (event.clientY < top + EDGE) tree.scrollTop -= STEP;
  else if (event.clientY > bottom - EDGE) tree.scrollTop += STEP;
}

/** Calls back when a folder has been dragged over for a while. @returns a function that stops waiting */
function useOpenSoon(folder: string | undefined, open: (folder: string) => void): () => void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const notify = useEffectEvent(open);
  useEffect(() => {
    if (!folder) return;
    timer.current = setTimeout(() => notify(folder), OPEN_MS);
    return () => clearTimeout(timer.current);
  }, [folder]);
  return () => clearTimeout(timer.current);
}
