/**
 * The practice model: no language model, and it says so. It carries out simple sentences by real tool calls, at a human pace,
 * so that every screen can be tried and load-tested without a key.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Model, ModelMessage, ModelPart, ToolCall } from './model.ts';
import { readClock, tellTime } from './practice-clock.ts';

/** 25 tokens a second: as fast as people read. */
const TOKEN_MS = 40;

const help = `I am the **practice model**: a small built-in program, not a language model. I understand a few sentences and carry them out with the same tools a language model would use:

- \`list the files\`
- \`read notes.md\`
- \`write notes.md: what to write\`
- \`search for a word\`
- \`tell the time for 10 s, 50 times a second\`

Several can be joined by “then”. To work with a language model, set a key or the address of a model server: see \`.env.example\`.`;

interface Command {
  tool: string;
  input: Record<string, unknown>;
  intro: string;
}

/** @returns what a sentence asks for; undefined when it is none of the known ones */
export function readSentence(sentence: string): Command | undefined {
  const text = sentence.trim().replace(/^(?:please|now|and)\s+/i, '');
  let match =
    /^(?:write|create|save|make)\s+(?:(?:a|the|to)\s+)?(?:new\s+)?(?:file\s+)?[`"']?([^\s:`"']+)[`"']?\s*(?::|\bwith\b|\bsaying\b)\s*([\s\S]+)$/i.exec(
      text,
    );
  if (match?.[1] && match[2])
    return { tool: 'write_file', input: { path: match[1], content: `${match[2].trim()}\n` }, intro: `I write \`${match[1]}\`.` };
  match = /^(?:read|open|show|print)\s+(?:me\s+)?(?:the\s+)?(?:file\s+)?[`"']?([^\s`"']+?)[`"']?[.?!]?$/i.exec(text);
  if (match?.[1] && !/^files?$/i.test(match[1])) return { tool: 'read_file', input: { path: match[1] }, intro: `I read \`${match[1]}\`.` };
  match = /^(?:search|look|grep|find)\s+(?:for\s+)?[`"“']?(.+?)[`"”']?[.?!]?$/i.exec(text);
  if (match?.[1]) return { tool: 'search_files', input: { text: match[1] }, intro: `I search for “${match[1]}”.` };
  if (/\b(?:list|show|what|which)\b.*\bfiles?\b/i.test(text)) return { tool: 'list_files', input: {}, intro: 'I list the files.' };
  return undefined;
}

/** A message may hold several sentences, one after the other. */
function readCommands(message: string): (Command | undefined)[] {
  return message
    .split(/\s*(?:[,;.]\s+)?\bthen\b\s+|\n+(?=(?:please |then )?(?:list|read|write|search)\b)/i)
    .filter((sentence) => sentence.trim() !== '')
    .map(readSentence);
}

interface Done {
  call: ToolCall;
  ok: boolean;
  output: string;
}

/** The newest message, and the calls made for it since, each with what came of it. */
function readProgress(messages: ModelMessage[]): { message: string; done: Done[] } {
  const start = messages.findLastIndex((message) => message.role === 'user');
  const asked = messages[start];
  const since = messages.slice(start + 1);
  const results = new Map(
    since.flatMap((message) => (message.role === 'tool' ? message.results : [])).map((result) => [result.callId, result]),
  );
  const calls = since.flatMap((message) => (message.role === 'assistant' ? message.calls : []));
  const done = calls.map((call) => ({ call, ok: results.get(call.callId)?.ok ?? false, output: results.get(call.callId)?.output ?? '' }));
  return { message: asked?.role === 'user' ? asked.text : '', done };
}

/** What to do next for a message: the next of its sentences, or a second try at the last one. */
function choose(commands: Command[], done: Done[]): Command | undefined {
  let place = 0;
  let retry: Command | undefined;
  for (const { call, ok } of done) {
    const command = commands[place];
    if (!command) return undefined;
    if (call.tool === command.tool && ok) {
      place++;
      retry = undefined;
    } else if (call.tool === 'write_file' && !ok && !retry) {
      // An existing file has to be read before it may be replaced.
      retry = { tool: 'read_file', input: { path: command.input['path'] }, intro: 'I read it first.' };
    } else if (call.tool === 'read_file' && ok && retry) {
      retry = { ...command, intro: 'Now I write it.' };
    } else return undefined;
  }
  return retry ?? commands[place];
}

function plan(messages: ModelMessage[]): { text: string; call?: ToolCall } {
  const { message, done } = readProgress(messages);
  const commands = readCommands(message).filter((command) => command !== undefined);
  if (commands.length === 0 || commands.length < readCommands(message).length) return { text: help };
  const next = choose(commands, done);
  const last = done.at(-1);
  const report = last && !last.ok ? `That did not work: ${last.output}\n\n` : '';
  if (next) return { text: report + next.intro, call: { callId: `practice-${messages.length}`, tool: next.tool, input: next.input } };
  return { text: report + conclude(last) };
}

function conclude(last: Done | undefined): string {
  if (!last?.ok) return 'I stop here. Correct the sentence and send it again.';
  const { call, output } = last;
  if (call.tool === 'write_file')
    return `Done: \`${String((call.input as { path: string }).path)}\` is written. Its history shows this change as made by the agent.`;
  if (call.tool === 'list_files') return output === '' ? 'The project has no files yet.' : `These are the files:\n\n${bullets(output)}`;
  return `Here is what I found:\n\n\`\`\`\n${output.slice(0, 4000)}\n\`\`\``;
}

const bullets = (lines: string) =>
  lines
    .split('\n')
    .map((line) => `- \`${line.trim()}\``)
    .join('\n');

/** @param pace milliseconds between tokens; 0 in tests */
export function createPracticeModel({ pace = TOKEN_MS } = {}): Model {
  return async function* practice({ messages, signal }): AsyncGenerator<ModelPart> {
    const inputTokens = Math.ceil(messages.reduce((sum, message) => sum + JSON.stringify(message).length, 0) / 4);
    const last = messages.at(-1);
    const clock = last?.role === 'user' ? readClock(last.text) : undefined;
    if (clock) {
      yield* tellTime(clock, signal);
      yield { type: 'finish', finish: 'stop', inputTokens, outputTokens: clock.seconds * clock.perSecond };
      return;
    }
    const { text, call } = plan(messages);
    const tokens = text.match(/\s*\S{1,6}|\s+$/g) ?? [];
    for (const token of tokens) {
      if (pace > 0) await sleep(pace, undefined, { signal });
      yield { type: 'text', text: token };
    }
    if (call) yield { type: 'tool_call', ...call };
    yield { type: 'finish', finish: call ? 'tool-calls' : 'stop', inputTokens, outputTokens: tokens.length };
  };
}
