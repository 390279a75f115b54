import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import type { Turn } from '#features/runs/conversation.ts';
import { Button } from '#ui/button.tsx';
import { TurnView } from './turns.tsx';

interface ConversationViewProps {
  turns: readonly Turn[];
  live: boolean;
  onOpenFile: (path: string) => void;
  /** Below the last turn. */
  children: ReactNode;
}

export function ConversationView({ turns, live, onOpenFile, children }: ConversationViewProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const { atEnd, toEnd, onScroll } = useFollow(scroller, content);
  return (
    <div className="conversation">
      <section ref={scroller} className="conversation-scroll" aria-label="Conversation" tabIndex={-1} onScroll={onScroll}>
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
function useFollow(scroller: React.RefObject<HTMLElement | null>, content: React.RefObject<HTMLElement | null>) {
  const [atEnd, setAtEnd] = useState(true);
  const following = useRef(true);
  const toEnd = () => {
    following.current = true;
    setAtEnd(true);
    scroller.current?.scrollTo({ top: scroller.current.scrollHeight });
  };
  const onScroll = () => {
    const { current } = scroller;
    if (!current) return;
    following.current = current.scrollHeight - current.scrollTop - current.clientHeight < 40;
    setAtEnd(following.current);
  };
  useLayoutEffect(() => {
    const observer = new ResizeObserver(() => {
      if (following.current) scroller.current?.scrollTo({ top: scroller.current.scrollHeight });
    });
    if (content.current) observer.observe(content.current);
    if (scroller.current) observer.observe(scroller.current);
    return () => observer.disconnect();
  }, [scroller, content]);
  return { atEnd, toEnd, onScroll };
}
