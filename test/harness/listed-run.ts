/**
 * A run of the agent loop without a database: its log is a list. Models that respond, call tools and fail as specified, and events for its
 * log.
 */
import type { Budget } from '#features/agents/budget.ts';
import { type Model, ModelError, type ModelRequest, type OpenModel } from '#features/models/server/model.ts';
import type { EventData, RunEvent } from '#features/runs/events.ts';
import { flushed } from '#features/runs/server/log/appender.ts';
import { addToState, emptyState } from '#features/runs/server/log/run-state.ts';
import { advance, type LoopPorts } from '#features/runs/server/loop/loop.ts';

interface Setting {
  budget?: Budget;
  model?: Partial<OpenModel>;
  fallback?: Model;
}

/** A run whose log is a list, and whose tools return their names. */
export function createRun(call: Model, { budget = {}, model = {}, fallback }: Setting = {}) {
  const log: RunEvent[] = [];
  const stop = new AbortController();
  const now = { at: Date.parse('2026-01-01') };
  const add = (events: EventData[]) => {
    for (const event of events) log.push({ ...event, seq: log.length + 1, at: new Date(now.at).toISOString() } as RunEvent);
  };
  const open = (id: string, call: Model): OpenModel => ({ id, call, contextTokens: 100_000, price: { input: 1, output: 2 }, ...model });
  const ports: LoopPorts = {
    model: open('test', call),
    fallback: async () => fallback && open('other', fallback),
    instructions: '',
    tools: [{ name: 'post__send', description: '', inputSchema: {}, server: 'Post' }],
    budget,
    signal: stop.signal,
    state: () => log.reduce(addToState, emptyState),
    begin: async (events) => {
      add(events);
      return true;
    },
    append: async (added) => add(flushed(added)),
    ask: async (question) => {
      add([question]);
      return true;
    },
    resolve: async ({ callId, tool }, outcome) => add([{ type: 'tool_result', data: { callId, tool, duration: 0, ...outcome } }]),
    pause: async ({ scope, bound, message }) => {
      add([{ type: 'pause', data: { scope, bound, message, approvalId: '' } }]);
      return true;
    },
    reachedToday: async () => undefined,
    execute: async ({ callId, tool }) => {
      add([{ type: 'tool_result', data: { callId, tool, ok: true, output: tool, duration: 0 } }]);
      return 'stored';
    },
  };
  const say = (text: string) => add([{ type: 'message', data: { text, by: ada } }]);
  return {
    log,
    stop,
    add,
    say,
    now,
    ports,
    step: () => advance(ports),
    types: () => log.map((event) => event.type),
    notices: () => log.flatMap((event) => (event.type === 'notice' ? [event.data.code] : [])),
    last: () => log.at(-1),
  };
}

export const ada = { id: null, name: 'Ada' };

export const answers = (...parts: string[]): Model =>
  async function* () {
    for (const text of parts) yield { type: 'text', text };
    yield { type: 'finish', finish: 'stop', inputTokens: 10, outputTokens: 5 };
  };

export const calls = (tool: string, input: unknown = {}): Model =>
  async function* () {
    yield { type: 'tool_call', callId: '1', tool, input };
    yield { type: 'finish', finish: 'tool-calls', inputTokens: 10, outputTokens: 5 };
  };

export const called = (step: number, tool = 'list_files', input: unknown = {}): EventData[] => [
  { type: 'step', data: { step, model: 'test' } },
  { type: 'tool_call', data: { callId: '1', tool, input } },
  { type: 'step_end', data: { step, finish: 'tool-calls', inputTokens: 10, outputTokens: 5, cost: null } },
];
export const result: EventData = { type: 'tool_result', data: { callId: '1', tool: 'list_files', ok: true, output: '', duration: 0 } };
export const end = (status: 'done' | 'failed' | 'stopped'): EventData => ({ type: 'end', data: { status } });

/** Fails with these errors in order, then answers. */
export function failing(...errors: ModelError[]): Model {
  return async function* (request: ModelRequest) {
    const error = errors.shift();
    if (error) throw error;
    yield* answers('at last')(request);
  };
}

export const busy = (retryAfterMs = 5) => new ModelError('provider_busy', 'Too many requests.', { temporary: true, retryAfterMs });
