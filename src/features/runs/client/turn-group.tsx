import { memo } from 'react';
import type { Turn } from '#features/runs/conversation.ts';
import { Fallback } from '#ui/primitives/fallback.tsx';
import { PlainText } from '#ui/primitives/plain-text.tsx';
import { texts } from './texts/conversation.ts';
import { TurnView } from './turns.tsx';

interface TurnGroupProps {
  /** Index of the group. */
  place: number;
  turns: readonly Turn[];
  /** The previous turn is the agent's too. */
  continues: boolean;
  liveStep: number | undefined;
  newestChange: string | undefined;
}

export const TurnGroup = memo(
  ({ place, turns, continues, liveStep, newestChange }: TurnGroupProps) => (
    <div className="turn-group" data-place={place}>
      {turns.map((turn, index) => (
        <Fallback key={turn.seq} to={<Unshown turn={turn} />}>
          <TurnView
            turn={turn}
            first={index === 0 ? !continues : turns[index - 1]?.kind !== 'step'}
            live={turn.seq === liveStep}
            newestChange={holds(turn, newestChange) ? newestChange : undefined}
          />
        </Fallback>
      ))}
    </div>
  ),
  isSame,
);

/** A turn's plain content, in case rendering fails: whatever a model writes, its run can be read and stopped. */
function Unshown({ turn }: { turn: Turn }) {
  const written = turn.kind === 'step' ? turn.parts.flatMap((part) => (part.kind === 'tool' ? [] : [part.text])) : [];
  return (
    <div className="turn turn-cut">
      {texts.notDrawn}
      <PlainText text={written.join('\n\n')} />
    </div>
  );
}

/** Most of a conversation stays the same while its end grows. */
function isSame(a: TurnGroupProps, b: TurnGroupProps): boolean {
  return (
    a.place === b.place &&
    a.continues === b.continues &&
    a.turns.length === b.turns.length &&
    a.turns.every((turn, index) => turn === b.turns[index]) &&
    (a.liveStep === b.liveStep || !a.turns.some(({ seq }) => seq === a.liveStep || seq === b.liveStep)) &&
    (a.newestChange === b.newestChange || !a.turns.some((turn) => holds(turn, a.newestChange) || holds(turn, b.newestChange)))
  );
}

const holds = (turn: Turn, change: string | undefined): boolean =>
  change !== undefined && turn.kind === 'step' && turn.parts.some((part) => part.kind === 'tool' && part.result?.change?.id === change);
