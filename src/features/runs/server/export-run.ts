/** A run as a document that people can read. */
import type { Run } from '#features/runs/contract.ts';
import type { Part, ToolPart, Turn } from '../conversation.ts';

export function toMarkdown(run: Run, turns: readonly Turn[]): string {
  const cost = run.cost === null ? '' : `, US$ ${run.cost.toFixed(4)}`;
  const agent = run.agent ? `, agent ${run.agent.name} (version ${run.agent.version})` : '';
  const head = [
    `# ${run.title}`,
    `Started by ${run.startedBy.name} at ${run.createdAt}, model ${run.model}${agent}, ${run.status}.`,
    `${run.inputTokens} input and ${run.outputTokens} output tokens${cost}.`,
  ];
  return `${[...head, ...turns.map(sayTurn)].filter((part) => part !== '').join('\n\n')}\n`;
}

function sayTurn(turn: Turn): string {
  switch (turn.kind) {
    case 'message':
      return `## ${turn.by.name}, ${turn.at}\n\n${turn.text}`;
    case 'step':
      return [`## Agent, ${turn.at}`, ...turn.parts.map(sayPart)].join('\n\n');
    case 'notice':
      return `*${turn.message}*`;
    case 'error':
      return `**Failed:** ${turn.message}`;
    case 'end':
      return `*The run ${{ done: 'was done', failed: 'failed', stopped: 'was stopped' }[turn.status]} at ${turn.at}.*`;
    case 'retry':
      return `*${turn.by.name} let the run go on at ${turn.at}.*`;
    case 'branch':
      return `*Branched off from run ${turn.runId}.*`;
  }
}

function sayPart(part: Part): string {
  if (part.kind === 'text') return part.text;
  if (part.kind === 'reasoning') return quote(part.text);
  return sayTool(part);
}

function sayTool({ tool, input, result, question, answer, server }: ToolPart): string {
  const asked =
    question && `${quote(question.message)}\n\n${answer ? `${answer.by.name}: ${answer.choice}. ${answer.note ?? ''}` : 'Not answered.'}`;
  const outcome = !result ? 'No result.' : `${result.ok ? 'Result' : 'Failed'} after ${result.duration} ms:\n\n${fence(result.output)}`;
  return [`**${tool}**${server ? ` (${server})` : ''}`, fence(JSON.stringify(input, null, 2) ?? ''), asked, outcome]
    .filter(Boolean)
    .join('\n\n');
}

const quote = (text: string): string => text.replace(/^/gm, '> ');

/** Longer than any fence in the text, so that the text cannot end it. */
function fence(text: string): string {
  const longest = Math.max(2, ...(text.match(/`{3,}/g) ?? []).map((ticks) => ticks.length));
  const ticks = '`'.repeat(longest + 1);
  return `${ticks}\n${text}\n${ticks}`;
}
