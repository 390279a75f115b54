/** Which rows of a long list are in view. All rows have the same height, so this is arithmetic. */
import { type RefObject, useCallback, useLayoutEffect, useState } from 'react';

/** Rows rendered above and below the visible ones, so that scrolling shows no gap. */
const MARGIN = 12;
/** Around the rows, in pixels, as in tree.css. */
const PADDING = 4;

interface VirtualOptions {
  scroller: RefObject<HTMLElement | null>;
  count: number;
  /** In pixels. */
  rowHeight: number;
}

export function useVirtual({ scroller, count, rowHeight }: VirtualOptions) {
  const [{ first, visible }, setView] = useState({ first: 0, visible: 40 });
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const update = () => {
      const next = { first: Math.floor(element.scrollTop / rowHeight), visible: Math.ceil(element.clientHeight / rowHeight) };
      setView((view) => (view.first === next.first && view.visible === next.visible ? view : next));
    };
    update();
    const observer = new ResizeObserver(update);
    observer.observe(element);
    element.addEventListener('scroll', update, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', update);
    };
  }, [scroller, rowHeight]);

  const scrollTo = useCallback(
    (index: number) => {
      const element = scroller.current;
      if (!element) return;
      const top = index * rowHeight;
      if (top < element.scrollTop) element.scrollTop = top;
      else if (top + rowHeight + 2 * PADDING > element.scrollTop + element.clientHeight)
        element.scrollTop = top + rowHeight + 2 * PADDING - element.clientHeight;
    },
    [scroller, rowHeight],
  );
  return {
    from: Math.max(0, Math.min(first, count - visible) - MARGIN),
    to: Math.min(count, first + visible + MARGIN),
    /** How many rows fit into the view. */
    visible,
    /** Scrolls as little as possible. */
    scrollTo,
  };
}
