/** The log of a run that has used all kinds of tools. */
import type { EventData } from '#features/runs/events.ts';

const call = (step: number, callId: string, tool: string, input: unknown, output: string, more: object = {}): EventData[] => [
  { type: 'step', data: { step, model: 'practice' } },
  { type: 'tool_call', data: { callId, tool, input, ...(tool.startsWith('post__') && { server: 'Post' }) } },
  { type: 'step_end', data: { step, finish: 'tool-calls', inputTokens: 10, outputTokens: 5, cost: 0.0004 } },
  { type: 'tool_result', data: { callId, tool, ok: true, output, duration: 12, ...more } },
];

export const everyTool: EventData[] = [
  { type: 'message', data: { text: 'Use all tools', by: { id: null, name: 'Ada Lovelace' } } },
  ...call(1, 'a', 'edit_file', { path: 'notes/a.md', old: 'one line\nof text', new: 'two lines\nof text' }, 'Replaced once.'),
  ...call(2, 'b', 'bash', { command: 'grep -c plan *.md |\n  sort' }, 'Exit code 1.\nstderr:\ngrep: *.md: No such file', { ok: false }),
  ...call(3, 'c', 'post__send_letter', { to: 'Charles', pages: 3, urgent: true }, 'Sent.'),
  ...call(4, 'd', 'fetch_page', { url: 'https://example.com/a' }, 'Content of https://example.com/a'),
  ...call(5, 'e', 'read_file', { path: 'notes/long.txt' }, '0123456789'.repeat(600).slice(0, 5996), {
    whole: { id: '1.1', characters: 50_000 },
  }),
  ...call(6, 'f', 'move_file', { from: 'a.md', to: 'b.md' }, 'a.md does not exist.', { ok: false }),
  { type: 'notice', data: { code: 'resumed', message: 'Another server took the run over.' } },
  { type: 'end', data: { status: 'done' } },
];
