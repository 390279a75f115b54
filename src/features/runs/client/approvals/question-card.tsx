import { type FormEvent, useId, useState } from 'react';
import type { ToolPart } from '#features/runs/conversation.ts';
import type { AnswerChoice } from '#features/runs/events.ts';
import { explain } from '#ui/format/explain.ts';
import { Button } from '#ui/primitives/button.tsx';
import { Icon } from '#ui/primitives/icon.tsx';
import { Note } from '#ui/primitives/note.tsx';
import { useRunContext } from '../run-context.ts';
import { texts } from '../texts/approvals.ts';
import { ToolInput } from '../tool-input.tsx';
import { useAnswer } from './queries.ts';
import './question-card.css';

const words = texts.question;
const choices: Record<AnswerChoice, { label: string; effect: string }> = words.choices;

type Question = NonNullable<ToolPart['question']>;

/** Approvals have their own card. */
const isAnswer = (choice: string): choice is AnswerChoice => Object.hasOwn(choices, choice);
const labelOf = (choice: string): string => (isAnswer(choice) ? choices[choice].label : choice);

/** The run's question to a person about a tool call; afterwards, the answer and its author. */
export function QuestionCard({ part, question, asks }: { part: ToolPart; question: Question; asks: boolean }) {
  const { waiting } = useRunContext();
  if (asks && waiting) return <OpenQuestion part={part} question={question} />;
  const { answer } = part;
  return (
    <p className="question-answered">
      <Icon name="person" />
      <span>{answer ? words.answered(answer.by.name, labelOf(answer.choice), answer.note) : words.notAnswered(question.message)}</span>
    </p>
  );
}

function OpenQuestion({ part, question }: { part: ToolPart; question: Question }) {
  const { projectId, runId, editable } = useRunContext();
  const answer = useAnswer(projectId, runId);
  const [note, setNote] = useState('');
  const id = useId();
  const give = (choice: AnswerChoice) =>
    answer.mutate({ callId: question.callId, choice, ...(note.trim() === '' ? {} : { note: note.trim() }) });
  // Enter in the note chooses nothing, because each button means something different.
  const onSubmit = (event: FormEvent) => event.preventDefault();
  return (
    <form className="question" aria-labelledby={`${id}-title`} onSubmit={onSubmit}>
      <h3 id={`${id}-title`}>
        <Icon name="person" />
        {texts.title}
      </h3>
      <p>{question.message}</p>
      <ToolInput part={part} />
      {answer.isError && <Note kind="danger">{explain(answer.error)}</Note>}
      {editable ? (
        <>
          <div className="field">
            <label htmlFor={`${id}-note`}>{texts.note}</label>
            <input id={`${id}-note`} className="input" maxLength={2000} value={note} onChange={(event) => setNote(event.target.value)} />
          </div>
          <div className="question-choices">
            {question.choices.filter(isAnswer).map((choice) => (
              <Button
                key={choice}
                size="small"
                busy={answer.isPending && answer.variables.choice === choice}
                disabled={answer.isPending}
                title={words.choiceTitle(choices[choice].label, choices[choice].effect)}
                onClick={() => give(choice)}
              >
                {choices[choice].label}
              </Button>
            ))}
          </div>
          <p className="field-hint">
            {question.choices
              .filter(isAnswer)
              .map((choice) => words.choiceEffect(choices[choice].label, choices[choice].effect))
              .join(' ')}
          </p>
        </>
      ) : (
        <p className="muted">{words.readOnly}</p>
      )}
    </form>
  );
}
