import { useLayoutEffect, useRef, useState } from 'react';
import { countGroups, earlier, endSpan, later, type Span } from './window-of-turns.ts';

/** A group of turns on the page, and its position before the groups around it changed. */
interface Anchor {
  place: string;
  top: number;
}

/**
 * Stays at the end of a conversation while it grows, unless the reader has scrolled away; then the text they read stays in place, whatever
 * is added or removed above it.
 */
export function useReading(turns: number) {
  const scroller = useRef<HTMLElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const groups = countGroups(turns);
  /** The groups that stay on the page while the reader is scrolled away; undefined: the end. */
  const [held, setHeld] = useState<Span>();
  const span = held ? { from: held.from, to: Math.min(held.to, groups) } : endSpan(groups);
  /** A scrolling element must be focusable, so that the arrow keys can scroll it. */
  const [scrolls, setScrolls] = useState(false);
  const following = useRef(true);
  const top = useRef(0);
  const anchor = useRef<Anchor>(undefined);

  const hold = (next: Span) => {
    if (next.from === held?.from && next.to === held.to) return;
    anchor.current = findAnchor(scroller.current);
    setHeld(next);
  };
  const toEnd = () => {
    following.current = true;
    anchor.current = undefined;
    setHeld(undefined);
    scroller.current?.scrollTo({ top: scroller.current.scrollHeight });
  };
  const onScroll = () => {
    const { current } = scroller;
    if (!current) return;
    const { scrollTop, scrollHeight, clientHeight } = current;
    const isUp = scrollTop < top.current;
    top.current = scrollTop;
    const below = scrollHeight - scrollTop - clientHeight;
    // Growth since the last scroll does not stop following: only scrolling up does.
    if (below < 40 && span.to === groups) {
      following.current = true;
      if (held) setHeld(undefined);
    } else if (isUp || !following.current) {
      following.current = false;
      if (scrollTop < clientHeight && span.from > 0) hold(earlier(span));
      else if (below < clientHeight && span.to < groups) hold(later(span, groups));
      else if (!held) setHeld(span);
    }
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs whenever the content of the page changes
  useLayoutEffect(() => {
    const { current } = scroller;
    if (!current) return;
    if (following.current) current.scrollTo({ top: current.scrollHeight });
    else restore(current, anchor.current);
    anchor.current = undefined;
  }, [held]);
  useLayoutEffect(() => {
    const observer = new ResizeObserver(() => {
      const { current } = scroller;
      if (!current) return;
      setScrolls(current.scrollHeight > current.clientHeight);
      if (following.current) current.scrollTo({ top: current.scrollHeight });
    });
    if (content.current) observer.observe(content.current);
    if (scroller.current) observer.observe(scroller.current);
    return () => observer.disconnect();
  }, []);
  const showEarlier = () => {
    following.current = false;
    hold(earlier(span));
  };
  return { span, groups, atEnd: held === undefined, scrolls, scroller, content, toEnd, showEarlier, onScroll };
}

/** The first group that is partly visible. */
function findAnchor(scroller: HTMLElement | null): Anchor | undefined {
  const edge = scroller?.getBoundingClientRect().top ?? 0;
  for (const group of scroller?.querySelectorAll<HTMLElement>('[data-place]') ?? []) {
    const { top, bottom } = group.getBoundingClientRect();
    if (bottom > edge) return { place: group.dataset['place'] ?? '', top };
  }
  return undefined;
}

function restore(scroller: HTMLElement, anchor: Anchor | undefined): void {
  const group = anchor && scroller.querySelector(`[data-place="${anchor.place}"]`);
  if (group) scroller.scrollTop += group.getBoundingClientRect().top - anchor.top;
}
