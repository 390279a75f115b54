import { type ReactNode, type RefObject, useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from 'react';
import type { Turn } from '#features/runs/conversation.ts';
import { Button } from '#ui/button.tsx';
import { TurnView } from './turns.tsx';

interface ConversationViewProps {
  turns: readonly Turn[];
  live: boolean;
  /** When the reader last sent something: who writes wants to see the answer. */
  sentAt: number;
  onOpenFile: (path: string) => void;
  /** Below the last turn. */
  children: ReactNode;
}

export function ConversationView({ turns, live, sentAt, onOpenFile, children }: ConversationViewProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const { atEnd, scrolls, toEnd, onScroll } = useFollow(scroller, content);
  const showAnswer = useEffectEvent(toEnd);
  useEffect(() => {
    if (sentAt > 0) showAnswer();
  }, [sentAt]);
  return (
    <div className="conversation">
      <section ref={scroller} className="conversation-scroll" aria-label="Conversation" tabIndex={scrolls ? 0 : -1} onScroll={onScroll}>
        <div ref={content} className="conversation-content">
          {turns.map((turn, index) => (
            <TurnView
              key={turn.seq}
              turn={turn}
              first={turns[index - 1]?.kind !== 'step'}
              live={live && index === turns.length - 1}
              onOpenFile={onOpenFile}
            />
          ))}
          {children}
        </div>
      </section>
      {!atEnd && (
        <div className="conversation-jump">
          <Button size="small" icon="down" onClick={toEnd}>
            Jump to newest
          </Button>
        </div>
      )}
    </div>
  );
}

/** Stays at the end while it grows, unless somebody has scrolled away to read. */
function useFollow(scroller: RefObject<HTMLElement | null>, content: RefObject<HTMLElement | null>) {
  const [atEnd, setAtEnd] = useState(true);
  /** What scrolls must be reached by keyboard, for the arrow keys to scroll it. */
  const [scrolls, setScrolls] = useState(false);
  const following = useRef(true);
  const top = useRef(0);
  const toEnd = () => {
    following.current = true;
    setAtEnd(true);
    scroller.current?.scrollTo({ top: scroller.current.scrollHeight });
  };
  const onScroll = () => {
    const { current } = scroller;
    if (!current) return;
    const isUp = current.scrollTop < top.current;
    top.current = current.scrollTop;
    // What grew since it last scrolled is no reason to stop: only somebody who scrolls up wants to read there.
    if (current.scrollHeight - current.scrollTop - current.clientHeight < 40) following.current = true;
    else if (isUp) following.current = false;
    setAtEnd(following.current);
  };
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
  }, [scroller, content]);
  return { atEnd, scrolls, toEnd, onScroll };
}
