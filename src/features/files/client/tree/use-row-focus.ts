import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react';
import { indexOfPath, type TreeRow } from './rows.ts';

interface RowFocusOptions {
  tree: RefObject<HTMLElement | null>;
  rows: readonly TreeRow[];
  scrollTo: (index: number) => void;
  /** The row to scroll to as soon as it is there. */
  revealing: string | undefined;
  onRevealed: () => void;
}

/** @returns a function that gives the focus to a row, which may have to be rendered first */
export function useRowFocus({ tree, rows, scrollTo, revealing, onRevealed }: RowFocusOptions): (path: string) => void {
  const wanted = useRef<string>(undefined);
  useLayoutEffect(() => {
    if (wanted.current === undefined) return;
    const index = indexOfPath(rows, wanted.current);
    const element = tree.current?.querySelector<HTMLElement>(`[data-path="${CSS.escape(wanted.current)}"]`);
    if (index >= 0) scrollTo(index);
    if (!element) return;
    wanted.current = undefined;
    element.focus({ preventScroll: true });
  });
  useEffect(() => {
    const index = indexOfPath(rows, revealing);
    if (index < 0) return;
    scrollTo(index);
    onRevealed();
  }, [rows, revealing, onRevealed, scrollTo]);
  return (path) => {
    wanted.current = path;
  };
}
