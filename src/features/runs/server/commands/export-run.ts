/** A run as a document: one that people can read, or JSON. */

import type { Run } from '#features/runs/contract.ts';
import { markHidden } from '#wire/hidden-characters.ts';
import type { Part, ToolPart, Turn } from '../../conversation.ts';
import { type RunEvent, toPublic } from '../../events.ts';
import { isOpen, type PlanStep, writePlan } from '../../plan.ts';
import { texts } from '../texts/document.ts';

const CHUNK_CHARACTERS = 64_000;

/** @returns what `JSON.stringify` would, with two spaces */
export async function* toJson(run: Run, events: AsyncIterable<RunEvent>): AsyncGenerator<Uint8Array> {
  let gathered = `${JSON.stringify({ run }, null, 2).slice(0, -'\n}'.length)},\n  "events": [`;
  let separator = '';
  for await (const event of events) {
    gathered += `${separator}\n${JSON.stringify(toPublic(event), null, 2)}`.replaceAll('\n', '\n    ');
    separator = ',';
    if (gathered.length < CHUNK_CHARACTERS) continue;
    yield Buffer.from(gathered);
    gathered = '';
  }
  yield Buffer.from(`${gathered}${separator && '\n  '}]\n}`);
}

export function toMarkdown(run: Run, turns: readonly Turn[]): string {
  const head = [
    `# ${run.title}`,
    texts.started(run),
    texts.tokens(run),
    ...(run.goal && run.goal.constraints.length > 0
      ? [texts.constraints, run.goal.constraints.map((constraint) => `- ${constraint}`).join('\n')]
      : []),
  ];
  return markHidden(`${[...head, ...turns.map(formatTurn)].filter((part) => part !== '').join('\n\n')}\n`);
}

function formatTurn(turn: Turn): string {
  switch (turn.kind) {
    case 'message':
      return `## ${turn.by.name}, ${turn.at}\n\n${turn.text}`;
    case 'step':
      return [texts.agent(turn.at), ...turn.parts.map(formatPart)].join('\n\n');
    case 'notice':
      return `*${turn.message}*`;
    case 'error':
      return texts.failed(turn.message);
    case 'end':
      return texts.ended(turn.status, turn.at);
    case 'retry':
      return texts.retried(turn.by.name, turn.at);
    case 'pause':
      return texts.waits(turn.message);
    case 'resume':
      return texts[turn.choice === 'raise' ? 'raised' : 'notRaised'](turn.by.name, turn.at);
    case 'branch':
      return texts.branched(turn.runId);
    case 'plan':
      return `${texts.planChanged(turn.by?.name, turn.at)}\n\n${writePlan(turn.steps)}`;
    case 'report':
      return describeReport(turn);
  }
}

function formatPart(part: Part): string {
  if (part.kind === 'text') return part.text;
  if (part.kind === 'reasoning') return quote(part.text);
  return toolLabel(part);
}

function toolLabel({ tool, input, result, question, answer, server }: ToolPart): string {
  const asked =
    question && `${quote(question.message)}\n\n${answer ? `${answer.by.name}: ${answer.choice}. ${answer.note ?? ''}` : texts.notAnswered}`;
  const outcome = !result ? texts.noResult : `${texts[result.ok ? 'result' : 'failedResult'](result.duration)}\n\n${fence(result.output)}`;
  return [`**${tool}**${server ? ` (${server})` : ''}`, fence(JSON.stringify(input, null, 2) ?? ''), asked, outcome]
    .filter(Boolean)
    .join('\n\n');
}

function describeReport({ plan, changed, spent, approvals, words, error }: Extract<Turn, { kind: 'report' }>): string {
  const rest = changed.pathCount - changed.paths.length;
  const files = [...changed.paths.map((path) => `- ${path}`), ...(rest > 0 ? [texts.more(rest)] : [])];
  const list = (title: string, steps: readonly PlanStep[]) => (steps.length > 0 ? [title, writePlan(steps)] : []);
  return [
    texts.report,
    ...(error ? [texts.error(error)] : []),
    ...list(
      texts.done,
      plan.filter(({ status }) => status === 'done'),
    ),
    ...list(texts.open, plan.filter(isOpen)),
    ...list(
      texts.dropped,
      plan.filter(({ status }) => status === 'dropped'),
    ),
    ...(files.length > 0 ? [texts.changedFiles, files.join('\n')] : []),
    texts.spent(spent),
    ...(approvals.asked > 0 ? [texts.asked(approvals)] : []),
    ...(words ? [texts.words, quote(words)] : []),
  ].join('\n\n');
}

const quote = (text: string): string => text.replace(/^/gm, '> ');

/** Longer than any fence in the text, so that the text cannot close it. */
function fence(text: string): string {
  const longest = Math.max(2, ...(text.match(/`{3,}/g) ?? []).map((ticks) => ticks.length));
  const ticks = '`'.repeat(longest + 1);
  return `${ticks}\n${text}\n${ticks}`;
}
