/** The next action for a tool call without a result. Derived from the log alone, so every server decides the same way. */
import { isDeepStrictEqual } from 'node:util';
import type { StepTurn, ToolPart, Turn } from '../../conversation.ts';
import type { EventData, GivenChoice } from '../../events.ts';
import { texts } from '../texts/log.ts';

type Question = Extract<EventData, { type: 'question' }>['data'];

export type NextAction =
  | { do: 'execute' }
  | { do: 'ask'; question: Question }
  /** The call is not executed (again); the model reads this as its result. */
  | { do: 'resolve'; ok: boolean; output: string };

/** This many identical calls in a row mean no progress. */
const MAX_REPEATS = 3;

export function nextAction(turns: readonly Turn[], step: StepTurn, call: ToolPart): NextAction {
  const { intent, question, answer } = call;
  const latest = Math.max(intent?.seq ?? 0, question?.seq ?? 0, answer?.seq ?? 0);
  if (latest === 0) return isRepeated(turns, step, call) ? { do: 'ask', question: askAboutRepeats(call) } : { do: 'execute' };
  if (latest === intent?.seq) return { do: 'ask', question: askAboutOutcome(call) };
  if (latest === answer?.seq) return actionFor(answer.choice, answer);
  const wroteInstead = turns.some((turn) => turn.kind === 'message' && turn.seq > latest);
  if (wroteInstead) return { do: 'resolve', ok: false, output: 'Not executed: a person sent a message instead.' };
  // The run was stopped while it waited, and continues now. Execution checks whether approval is needed.
  if (question?.kind === 'approval') return { do: 'execute' };
  return {
    do: 'ask',
    question: question?.kind === 'repeated_call' ? askAboutRepeats(call) : { ...askAboutOutcome(call), message: question?.message ?? '' },
  };
}

function actionFor(choice: GivenChoice, { note, by }: Pick<NonNullable<ToolPart['answer']>, 'note' | 'by'>): NextAction {
  const said = note ? ` Their note: ${note}` : '';
  switch (choice) {
    case 'allow':
    case 'retry':
    case 'approve':
    case 'renew':
      return { do: 'execute' };
    case 'happened':
      return { do: 'resolve', ok: true, output: `A person confirmed that this was done; its output is unknown.${said}` };
    case 'skip':
      return { do: 'resolve', ok: false, output: `A person decided to skip this call.${said}` };
    case 'reject':
      return { do: 'resolve', ok: false, output: `${by.name} rejected this; nothing was done.${said}` };
    case 'expire':
      return { do: 'resolve', ok: false, output: 'Nobody answered in time, so this was rejected; nothing was done.' };
  }
}

/** Whether the calls right before it, since the last message, were identical. */
function isRepeated(turns: readonly Turn[], step: StepTurn, call: ToolPart): boolean {
  const start = turns.findLastIndex((turn) => turn.kind === 'message');
  const calls = turns.slice(start + 1).flatMap((turn) => (turn.kind === 'step' && turn.seq <= step.seq ? toolParts(turn) : []));
  const place = calls.indexOf(call);
  const before = calls.slice(Math.max(0, place - MAX_REPEATS + 1), place);
  return (
    before.length === MAX_REPEATS - 1 && before.every((other) => other.tool === call.tool && isDeepStrictEqual(other.input, call.input))
  );
}

const toolParts = (step: StepTurn): ToolPart[] => step.parts.filter((part) => part.kind === 'tool');

function askAboutRepeats({ callId, tool }: ToolPart): Question {
  return { callId, tool, kind: 'repeated_call', message: texts.questions.repeated(tool, MAX_REPEATS), choices: ['allow', 'skip'] };
}

/** @param reason why the outcome is unknown; undefined if the server died during the call */
export function askAboutOutcome({ callId, tool }: ToolPart, reason?: string): Question {
  const message = reason ? texts.questions.unknown(tool, reason) : texts.questions.interrupted(tool);
  return { callId, tool, kind: 'unknown_outcome', message, choices: ['retry', 'happened', 'skip'] };
}
