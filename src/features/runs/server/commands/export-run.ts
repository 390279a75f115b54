/** A run as a document that people can read. */

import type { Run } from '#features/runs/contract.ts';
import { markHidden } from '#wire/hidden-characters.ts';
import type { Part, ToolPart, Turn } from '../../conversation.ts';
import { isOpen, type PlanStep, writePlan } from '../../plan.ts';

export function toMarkdown(run: Run, turns: readonly Turn[]): string {
  const cost = run.cost === null ? '' : `, US$ ${run.cost.toFixed(4)}`;
  const agent = run.agent ? `, agent ${run.agent.name} (version ${run.agent.version})` : '';
  const head = [
    `# ${run.title}`,
    `Started by ${run.startedBy.name} at ${run.createdAt}, model ${run.model}${agent}, ${run.status}.`,
    `${run.inputTokens} input and ${run.outputTokens} output tokens${cost}.`,
    ...(run.goal && run.goal.constraints.length > 0
      ? ['Constraints:', run.goal.constraints.map((constraint) => `- ${constraint}`).join('\n')]
      : []),
  ];
  return markHidden(`${[...head, ...turns.map(formatTurn)].filter((part) => part !== '').join('\n\n')}\n`);
}

function formatTurn(turn: Turn): string {
  switch (turn.kind) {
    case 'message':
      return `## ${turn.by.name}, ${turn.at}\n\n${turn.text}`;
    case 'step':
      return [`## Agent, ${turn.at}`, ...turn.parts.map(formatPart)].join('\n\n');
    case 'notice':
      return `*${turn.message}*`;
    case 'error':
      return `**Failed:** ${turn.message}`;
    case 'end':
      return `*The run ${{ done: 'was done', failed: 'failed', stopped: 'was stopped' }[turn.status]} at ${turn.at}.*`;
    case 'retry':
      return `*${turn.by.name} let the run go on at ${turn.at}.*`;
    case 'pause':
      return `*The run waits: ${turn.message}*`;
    case 'resume':
      return `*${turn.by.name} ${turn.choice === 'raise' ? 'raised the budget' : 'did not raise the budget'} at ${turn.at}.*`;
    case 'branch':
      return `*Branched off from run ${turn.runId}.*`;
    case 'plan':
      return `*${turn.by?.name} changed the plan at ${turn.at}:*\n\n${writePlan(turn.steps)}`;
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
    question && `${quote(question.message)}\n\n${answer ? `${answer.by.name}: ${answer.choice}. ${answer.note ?? ''}` : 'Not answered.'}`;
  const outcome = !result ? 'No result.' : `${result.ok ? 'Result' : 'Failed'} after ${result.duration} ms:\n\n${fence(result.output)}`;
  return [`**${tool}**${server ? ` (${server})` : ''}`, fence(JSON.stringify(input, null, 2) ?? ''), asked, outcome]
    .filter(Boolean)
    .join('\n\n');
}

function describeReport({ plan, changed, spent, approvals, words, error }: Extract<Turn, { kind: 'report' }>): string {
  const rest = changed.pathCount - changed.paths.length;
  const files = [...changed.paths.map((path) => `- ${path}`), ...(rest > 0 ? [`- and ${rest} more`] : [])];
  const list = (title: string, steps: readonly PlanStep[]) => (steps.length > 0 ? [`### ${title}`, writePlan(steps)] : []);
  return [
    '## Report',
    ...(error ? [`It failed: ${error}`] : []),
    ...list(
      'Done',
      plan.filter(({ status }) => status === 'done'),
    ),
    ...list('Left open', plan.filter(isOpen)),
    ...list(
      'Dropped',
      plan.filter(({ status }) => status === 'dropped'),
    ),
    ...(files.length > 0 ? ['### Changed files', files.join('\n')] : []),
    `${spent.steps} steps, ${spent.inputTokens + spent.outputTokens} tokens, US$ ${spent.cost.toFixed(4)}, ${(spent.ms / 60_000).toFixed(1)} minutes at work.`,
    ...(approvals.asked > 0
      ? [`Asked ${approvals.asked} times for approval: ${approvals.approved} approved, ${approvals.rejected} rejected.`]
      : []),
    ...(words ? ['### In the agent’s words', quote(words)] : []),
  ].join('\n\n');
}

const quote = (text: string): string => text.replace(/^/gm, '> ');

/** Longer than any fence in the text, so that the text cannot close it. */
function fence(text: string): string {
  const longest = Math.max(2, ...(text.match(/`{3,}/g) ?? []).map((ticks) => ticks.length));
  const ticks = '`'.repeat(longest + 1);
  return `${ticks}\n${text}\n${ticks}`;
}
