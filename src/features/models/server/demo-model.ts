/**
 * The demo model: not a language model, and it says so. It executes simple sentences with real tool calls, at a human pace, so that every
 * screen can be tried and load-tested without an API key.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { emitTime, readClock } from './demo-clock.ts';
import { type Command, help, readCommands } from './demo-commands.ts';
import type { Model, ModelMessage, ModelPart, ModelRequest, ToolCall } from './model.ts';

/** 25 tokens a second, about reading speed. */
const TOKEN_MS = 40;

/** These tools require that the file was read first. */
const CHANGES = ['write_file', 'edit_file', 'delete_file'];

interface Done {
  call: ToolCall;
  ok: boolean;
  output: string;
}

/** The newest message, and the calls made for it since, each with its outcome. */
function readProgress(messages: ModelMessage[]): { message: string; done: Done[] } {
  const start = messages.findLastIndex((message) => message.role === 'user');
  const question = messages[start];
  const since = messages.slice(start + 1);
  const results = new Map(
    since.flatMap((message) => (message.role === 'tool' ? message.results : [])).map((result) => [result.callId, result]),
  );
  const calls = since.flatMap((message) => (message.role === 'assistant' ? message.calls : []));
  const done = calls.map((call) => ({ call, ok: results.get(call.callId)?.ok ?? false, output: results.get(call.callId)?.output ?? '' }));
  return { message: question?.role === 'user' ? question.text : '', done };
}

/** The next command: the message's next sentence, or a retry of the last one. */
function choose(commands: Command[], done: Done[]): Command | undefined {
  let place = 0;
  let retry: Command | undefined;
  for (const { call, ok, output } of done) {
    const command = commands[place];
    if (!command) return undefined;
    if (call.tool === command.tool && ok) {
      place++;
      retry = undefined;
    } else if (CHANGES.includes(call.tool) && !ok && !retry && !isRefused(output)) {
      retry = { tool: 'read_file', input: { path: command.input['path'] }, intro: 'I read it first.' };
    } else if (call.tool === 'read_file' && ok && retry) {
      retry = { ...command, intro: 'I try again.' };
    } else return undefined;
  }
  return retry ?? commands[place];
}

/** Calls that a person or a policy rejected are not retried: see next-action.ts and permission.ts of runs. */
const isRefused = (output: string): boolean => /\brejected(?: this)?; nothing was done\.|^Not allowed: /.test(output);

/** The tool of runs with a goal. */
const PLAN = 'update_plan';
/** Turns `I write a.md.` into a plan item: `Write a.md`. */
const toPlan = (commands: Command[], status: 'open' | 'done') => ({
  steps: commands.map(({ intro }) => ({
    text: intro.replace(/^I (.)/, (_, first: string) => first.toUpperCase()).replace(/\.$/, ''),
    status,
  })),
});

function plan({ messages, tools }: ModelRequest): { text: string; call?: ToolCall } {
  const { message, done } = readProgress(messages);
  const commands = readCommands(message);
  const known = commands.filter((command) => command !== undefined);
  if (known.length === 0 || known.length < commands.length) return { text: help };
  const work = done.filter(({ call }) => call.tool !== PLAN);
  const next = choose(known, work);
  const last = work.at(-1);
  const turn = `practice-${messages.length}`;
  if (tools.some(({ name }) => name === PLAN)) {
    const planned = done.length - work.length;
    if (planned === 0) return { text: 'I make a plan.', call: { callId: turn, tool: PLAN, input: toPlan(known, 'open') } };
    if (!next && last?.ok && planned === 1)
      return { text: 'I tick it off.', call: { callId: turn, tool: PLAN, input: toPlan(known, 'done') } };
  }
  const report = last && !last.ok ? `That did not work: ${last.output}\n\n` : '';
  if (!next) return { text: report + conclude(last) };
  const { tool, input, intro } = next;
  if (!tools.some(({ name }) => name === tool))
    return { text: `${report}For that I would need the tool \`${tool}\`, which this run does not have.` };
  return { text: report + intro, call: { callId: turn, tool, input } };
}

function conclude(last: Done | undefined): string {
  if (!last?.ok) return 'Stopping here. Correct the sentence and send it again.';
  const { call, output } = last;
  const { path, from, to } = call.input as { path?: string; from?: string; to?: string };
  const shown = 'The history shows this change as made by the agent.';
  switch (call.tool) {
    case 'write_file':
      return `Done: \`${path}\` is written. ${shown}`;
    case 'edit_file':
      return `Done: \`${path}\` is edited. ${shown}`;
    case 'move_file':
      return `Done: \`${from}\` is now \`${to}\`. ${shown}`;
    case 'delete_file':
      return `Done: \`${path}\` is deleted. ${shown}`;
    case 'list_files':
      return output === '' ? 'The project has no files yet.' : `These are the files:\n\n${bullets(output)}`;
    default:
      return `Here is what I found:\n\n${fenced(output.slice(0, 4000))}`;
  }
}

/** With a fence longer than any in the text. */
function fenced(text: string): string {
  const longest = Math.max(2, ...(text.match(/`{3,}/g) ?? []).map((ticks) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}

const bullets = (lines: string) =>
  lines
    .split('\n')
    .map((line) => `- \`${line.trim()}\``)
    .join('\n');

/** @param pace milliseconds between tokens; 0 in tests */
export function createDemoModel({ pace = TOKEN_MS } = {}): Model {
  async function* respond(request: ModelRequest): AsyncGenerator<ModelPart> {
    const { text, call } = plan(request);
    const tokens = text.match(/\s*\S{1,6}|\s+$/g) ?? [];
    for (const token of tokens) {
      if (pace > 0) await sleep(pace, undefined, { signal: request.signal });
      yield { type: 'text', text: token };
    }
    if (call) yield { type: 'tool_call', ...call };
    yield { type: 'finish', finish: call ? 'tool-calls' : 'stop', inputTokens: inputTokensOf(request), outputTokens: tokens.length };
  }

  return (request) => {
    const last = request.messages.at(-1);
    const clock = last?.role === 'user' ? readClock(last.text) : undefined;
    return clock ? emitTime(clock, request.signal, inputTokensOf(request)) : respond(request);
  };
}

const inputTokensOf = ({ messages }: ModelRequest): number =>
  Math.ceil(messages.reduce((sum, message) => sum + JSON.stringify(message).length, 0) / 4);
