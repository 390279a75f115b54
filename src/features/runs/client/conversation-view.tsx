import { type ReactNode, useEffect, useEffectEvent } from 'react';
import type { Turn } from '#features/runs/conversation.ts';
import { Button } from '#ui/primitives/button.tsx';
import { texts } from './texts/conversation.ts';
import { TurnGroup } from './turn-group.tsx';
import { useReading } from './use-reading.ts';
import { GROUP } from './window-of-turns.ts';

interface ConversationViewProps {
  turns: readonly Turn[];
  /** Number of the step in progress. */
  liveStep: number | undefined;
  newestChange: string | undefined;
  /** When the reader last sent something: a person who writes wants to see the response. */
  sentAt: number;
  /** Below the last turn. */
  children: ReactNode;
}

export function ConversationView({ turns, liveStep, newestChange, sentAt, children }: ConversationViewProps) {
  const { span, groups, atEnd, scrolls, scroller, content, toEnd, showEarlier, onScroll } = useReading(turns.length);
  const showAnswer = useEffectEvent(toEnd);
  useEffect(() => {
    if (sentAt > 0) showAnswer();
  }, [sentAt]);
  const shown = Array.from({ length: span.to - span.from }, (_, index) => span.from + index);
  const reachesEnd = span.to === groups;
  return (
    <div className="conversation">
      <section ref={scroller} className="conversation-scroll" aria-label={texts.label} tabIndex={scrolls ? 0 : -1} onScroll={onScroll}>
        <div ref={content} className="conversation-content">
          {span.from > 0 && (
            <Button kind="quiet" size="small" onClick={showEarlier}>
              {texts.earlier(span.from * GROUP)}
            </Button>
          )}
          {shown.map((group) => (
            <TurnGroup
              key={group}
              place={group}
              turns={turns.slice(group * GROUP, (group + 1) * GROUP)}
              continues={turns[group * GROUP - 1]?.kind === 'step'}
              liveStep={liveStep}
              newestChange={newestChange}
            />
          ))}
          {reachesEnd && children}
        </div>
      </section>
      {!atEnd && (
        <div className="conversation-jump">
          <Button size="small" icon="down" onClick={toEnd}>
            {texts.toNewest}
          </Button>
        </div>
      )}
    </div>
  );
}
