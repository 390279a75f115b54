import { type KeyboardEvent, useRef, useState } from 'react';
import { MAX_STEP_TEXT, type PlanStep } from '#features/runs/plan.ts';
import { IconButton } from '#ui/primitives/button.tsx';
import { texts } from '../texts/plan.ts';
import { moveStep, type Place, type PlanEdit, reword, setStatus } from './edits.ts';
import { StepMark, StepText } from './list.tsx';

const { row: words, said } = texts;

interface PlanRowProps {
  step: PlanStep;
  index: number;
  count: number;
  /** It was just reworded by keyboard. */
  takesFocus: boolean;
  onEdit: (edit: PlanEdit, says: string) => void;
  onReworded: (text: string) => void;
}

/** A step that can be checked off, reworded, moved and dropped in place. Alt with an arrow key moves it. */
export function PlanRow({ step, index, count, takesFocus, onEdit, onReworded }: PlanRowProps) {
  const [rewording, setRewording] = useState(false);
  const [left, setLeft] = useState(false);
  const { text, status } = step;
  const place: Place = { step, index };
  const isDropped = status === 'dropped';
  const move = (by: -1 | 1) => {
    const to = index + by;
    if (to >= 0 && to < count) onEdit(moveStep(place, by), said.moved(text, to + 1, count));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
    event.preventDefault();
    move(event.key === 'ArrowUp' ? -1 : 1);
  };
  const set = (next: PlanStep['status'], says: string) => onEdit(setStatus(place, next), says);
  if (rewording) {
    const onDone = (changed: string, byKey: boolean) => {
      setRewording(false);
      setLeft(byKey);
      if (changed === '' || changed === text) return;
      onEdit(reword(place, changed), said.reworded(changed));
      if (byKey) onReworded(changed);
    };
    return (
      <li className="plan-row" data-status={status}>
        <StepMark status={status} />
        <StepInput text={text} onDone={onDone} />
      </li>
    );
  }
  return (
    <li className="plan-row" data-status={status} onKeyDown={onKeyDown}>
      {isDropped ? (
        <StepMark status={status} />
      ) : (
        <input
          type="checkbox"
          aria-label={words.done(text)}
          checked={status === 'done'}
          onChange={(event) => set(event.target.checked ? 'done' : 'open', event.target.checked ? said.done(text) : said.reopened(text))}
        />
      )}
      <button
        ref={takesFocus || left ? focusOn : undefined}
        type="button"
        className="step-reword"
        title={words.reword}
        onClick={() => setRewording(true)}
      >
        <StepText step={step} />
        {status === 'doing' && <span className="step-doing">{texts.statuses.doing}</span>}
      </button>
      <span className="plan-row-tools">
        <IconButton size="small" icon="up" label={words.moveUp(text)} aria-disabled={index === 0} onClick={() => move(-1)} />
        <IconButton size="small" icon="down" label={words.moveDown(text)} aria-disabled={index === count - 1} onClick={() => move(1)} />
        {isDropped ? (
          <IconButton size="small" icon="undo" label={words.takeUp(text)} onClick={() => set('open', said.reopened(text))} />
        ) : (
          <IconButton size="small" icon="close" label={words.drop(text)} onClick={() => set('dropped', said.dropped(text))} />
        )}
      </span>
    </li>
  );
}

/** Enter and blur save the text; Escape discards it. */
function StepInput({ text, onDone }: { text: string; onDone: (changed: string, byKey: boolean) => void }) {
  const [typed, setTyped] = useState(text);
  const over = useRef(false);
  // Removing a focused field may also trigger a blur event.
  const end = (changed: string, byKey: boolean) => {
    if (over.current) return;
    over.current = true;
    onDone(changed, byKey);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') end(text, true);
    if (event.key !== 'Enter') return;
    event.preventDefault();
    end(typed.trim(), true);
  };
  return (
    <input
      // A person who clicked Reword wants to type.
      ref={focusOn}
      className="input step-input"
      aria-label={words.rewordNamed(text)}
      maxLength={MAX_STEP_TEXT}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
      onKeyDown={onKeyDown}
      onBlur={() => end(typed.trim(), false)}
    />
  );
}

const focusOn = (element: HTMLElement | null): void => element?.focus();
