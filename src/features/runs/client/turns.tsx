import { lazy, memo, Suspense } from 'react';
import type { Part, StepTurn, Turn } from '#features/runs/conversation.ts';
import { Author } from '#ui/author.tsx';
import { Icon } from '#ui/icon.tsx';
import { Note } from '#ui/note.tsx';
import { Time } from '#ui/time.tsx';
import { ToolCard } from './tool-card.tsx';
import './prose.css';
import './turns.css';

const Markdown = lazy(() => import('./markdown.tsx'));

interface TurnViewProps {
  turn: Turn;
  /** The first of what the agent says in a row carries its name. */
  first: boolean;
  /** The run is at work on this one. */
  live: boolean;
  onOpenFile: (path: string) => void;
}

export const TurnView = memo(({ turn, first, live, onOpenFile }: TurnViewProps) => {
  switch (turn.kind) {
    case 'message':
      return (
        <article className="turn turn-person">
          <header className="turn-head">
            <Author kind="person" name={turn.by.name} />
            <Time at={turn.at} />
          </header>
          <p className="turn-message">{turn.text}</p>
        </article>
      );
    case 'step':
      return <StepView turn={turn} first={first} live={live} onOpenFile={onOpenFile} />;
    case 'notice':
      return (
        <p className="turn turn-notice">
          <Icon name="info" />
          {turn.message}
        </p>
      );
    case 'error':
      return (
        <div className="turn">
          <Note kind="danger">{turn.message}</Note>
        </div>
      );
    case 'end':
      return (
        <p className="turn turn-end">
          <span>
            {{ done: 'The agent is done', failed: 'The run failed', stopped: 'Stopped' }[turn.status]} <Time at={turn.at} />
          </span>
        </p>
      );
  }
});

function StepView({ turn, first, live, onOpenFile }: Omit<TurnViewProps, 'turn'> & { turn: StepTurn }) {
  return (
    <article className="turn turn-agent" data-first={first || undefined}>
      {first && (
        <header className="turn-head">
          <span className="author by-agent">
            <Icon name="agent" />
            Agent
          </span>
          <span className="truncate">{turn.model}</span>
          <Time at={turn.at} />
        </header>
      )}
      {turn.parts.map((part, index) => (
        <PartView key={partKey(part, index)} part={part} live={live} onOpenFile={onOpenFile} />
      ))}
      {live && !turn.end && turn.parts.length === 0 && (
        <p className="turn-thinking">
          <span className="spinner" />
          Waiting for the model
        </p>
      )}
    </article>
  );
}

/** Parts are only ever appended, so a position stays whose it is. */
const partKey = (part: Part, index: number): string => (part.kind === 'tool' ? part.callId : `${part.kind}-${index}`);

function PartView({ part, live, onOpenFile }: { part: Part; live: boolean; onOpenFile: (path: string) => void }) {
  if (part.kind === 'tool') return <ToolCard part={part} live={live} onOpenFile={onOpenFile} />;
  if (part.kind === 'reasoning') {
    return (
      <details className="reasoning">
        <summary>
          <Icon name="chevron" />
          <Icon name="thought" />
          Reasoning
        </summary>
        <p>{part.text}</p>
      </details>
    );
  }
  return (
    <div className="prose">
      <Suspense fallback={<p className="turn-message">{part.text}</p>}>
        <Markdown text={part.text} />
      </Suspense>
    </div>
  );
}
