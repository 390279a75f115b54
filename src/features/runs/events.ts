/** The log of a run: the data of each event. Append-only; a run's whole state derives from it. */
import * as z from 'zod';
import { id, instant } from '#wire/contract.ts';
import { planStep } from './plan.ts';

/**
 * Answers to a question. `allow`: execute it; `retry`: execute it once more; `happened`: treat it as done; `skip`: do not execute it.
 * Approvals have their own: `approve`, `reject`, `expire` if nobody answered in time, and `renew` if their content has changed, so it is
 * asked again.
 */
export const answerChoice = z.enum(['allow', 'retry', 'happened', 'skip']);
export type AnswerChoice = z.infer<typeof answerChoice>;
const approvalChoice = z.enum(['approve', 'reject', 'expire', 'renew']);
export type GivenChoice = AnswerChoice | z.infer<typeof approvalChoice>;

/** The policy rule because of which a call asks, from the gate. */
const rule = z.object({
  by: z.enum(['role', 'level', 'default', 'organization', 'project']),
  tool: z.string().optional(),
  path: z.string().nullable().optional(),
});

const toolChange = z.object({ id, number: z.int(), paths: z.array(z.string()) });

const person = z.object({ id: id.nullable(), name: z.string() });
const endStatus = z.enum(['done', 'failed', 'stopped']);
/** Usage of one model call; US dollars, null if the price is unknown. */
const usage = { step: z.int(), inputTokens: z.int(), outputTokens: z.int(), cost: z.number().nullable().default(null) };

/** Whose budget, and which limit: a daily budget, or the run’s own. */
const budgetBound = {
  scope: z.enum(['run', 'user', 'project', 'organization']),
  bound: z.enum(['steps', 'tokens', 'inputTokens', 'outputTokens', 'cost', 'ms']),
};

/** Data of each event type. */
export const eventData = {
  /** A person sends a message. */
  message: z.object({
    text: z.string(),
    by: person,
    /** Content that came with it from elsewhere: always treated as data. */
    payload: z.object({ source: z.string(), text: z.string() }).optional(),
  }),
  /** A model call begins. A second `step` with the same number replaces the first, whose output no longer counts. */
  step: z.object({
    step: z.int(),
    model: z.string(),
    /**
     * The version of the project's AGENTS.md given to the model: after which change, when and by whom. Null: none was given, because nobody
     * has accepted the existing one.
     */
    instructions: z
      .object({ number: z.int(), version: z.string(), at: instant, by: z.object({ name: z.string(), kind: z.enum(['person', 'run']) }) })
      .nullable()
      .optional(),
  }),
  /** A chunk of the response, in order; several a second. */
  text: z.object({ text: z.string() }),
  reasoning: z.object({ text: z.string() }),
  /** A chunk of a tool's input while the model writes it, as JSON text. */
  tool_input: z.object({ callId: z.string(), tool: z.string(), text: z.string() }),
  /** The model calls a tool; `input` is what it sent, valid or not. */
  tool_call: z.object({
    callId: z.string(),
    tool: z.string(),
    input: z.unknown(),
    /** The tool server that provides it, for tools that are not built in. */
    server: z.string().optional(),
  }),
  /** The model call has finished. */
  step_end: z.object({ ...usage, finish: z.string() }),
  /** The model call was interrupted: by a stop, a failure, or a server's death. Its usage is an estimate. */
  step_cut: z.object(usage),
  /** A tool that acts outside Guildhall is about to run. Without a result after it, it is unknown whether the call took effect. */
  intent: z.object({ callId: z.string(), tool: z.string() }),
  /** The run waits for a person's answer about a tool call. */
  question: z.object({
    callId: z.string(),
    tool: z.string(),
    kind: z.enum(['approval', 'unknown_outcome', 'repeated_call']),
    message: z.string(),
    choices: z.array(z.enum([...answerChoice.options, 'approve', 'approve_all', 'reject'])),
    /** Absent in logs from before approvals existed. */
    approvalId: id.optional(),
    rule: rule.optional(),
    /** Digest of the tool definition, for tools of tool servers: approving all calls like this one covers only this definition. */
    digest: z.string().optional(),
    /** The paths it would change, the first ones. */
    paths: z.array(z.string()).optional(),
    /** It is asked again because someone has changed these files since. */
    changed: z.array(z.object({ path: z.string(), by: z.string() })).optional(),
  }),
  answer: z.object({
    callId: z.string(),
    choice: z.enum([...answerChoice.options, ...approvalChoice.options]),
    /** Approved for all calls like this one in the run. */
    all: z.boolean().optional(),
    note: z.string().optional(),
    by: person,
  }),
  /** A budget is used up, and the run waits for a person to raise it. */
  pause: z.object({ ...budgetBound, message: z.string(), approvalId: id }),
  resume: z.object({ ...budgetBound, choice: z.enum(['raise', 'refuse', 'expire']), note: z.string().optional(), by: person }),
  /** The outcome of a tool call, in the same transaction as its effect. */
  tool_result: z.object({
    callId: z.string(),
    tool: z.string(),
    ok: z.boolean(),
    output: z.string(),
    /** `output` is truncated: the length of the whole result in characters, and the id under which ranges of it can be read. */
    whole: z.object({ id: z.string(), characters: z.int() }).optional(),
    /** Milliseconds. */
    duration: z.number(),
    change: toolChange.optional(),
    /** Versions of files that the run knows through this result; it may replace these versions and no others. */
    seen: z.array(z.object({ path: z.string(), version: z.string() })).optional(),
  }),
  /** Something a person should know during the run: another server took over, a retry. */
  notice: z.object({ code: z.string(), message: z.string() }),
  error: z.object({ code: z.string(), message: z.string() }),
  /** The run has nothing more to do for now; another message continues it. */
  end: z.object({ status: endStatus }),
  /** A person continues a failed or stopped run from where it was interrupted. */
  retry: z.object({ by: person }),
  /** Everything before this was copied from another run, up to its event with this number. */
  branch: z.object({ runId: id, event: z.int() }),
  /** The plan of a run with a goal, stored whole on each change. `version` increases by one. */
  plan: z.object({
    steps: z.array(planStep),
    version: z.int(),
    /** Null: the agent itself, through the tool call. */
    by: person.nullable(),
    callId: z.string().optional(),
  }),
  /** The outcome of a goal, right before each end: built from the log, so no model can omit or invent it. */
  report: z.object({
    status: endStatus,
    plan: z.array(planStep),
    /** The first of the changed files, how many files changed, and in how many changes. */
    changed: z.object({ paths: z.array(z.string()), pathCount: z.int(), changes: z.int() }),
    spent: z.object({
      steps: z.int(),
      inputTokens: z.int(),
      outputTokens: z.int(),
      /** US dollars, as far as prices are known. */
      cost: z.number(),
      /** Model calls without a known price. */
      unpriced: z.int(),
      /** Working time, in ms. */
      ms: z.number(),
    }),
    approvals: z.object({ asked: z.int(), approved: z.int(), rejected: z.int() }),
    /** The model’s closing text; if it is very long, the rest is only in the log. */
    words: z.string(),
    /** Why it failed. */
    error: z.string().optional(),
  }),
} as const;

/** Log data for the server only: it is used to build requests to models, and is never shown. Older logs have none. */
interface StoredData {
  /** The author's time zone, and the files the project had then. */
  message: { context?: MessageContext };
  /** State that the model's provider wants back with this response. */
  step_end: { state?: { source: string; data: unknown } };
}

export interface MessageContext {
  /** IANA name; UTC if unknown. */
  timeZone?: string;
  /** How many there were; their paths, or the folders of a large project; and how many of these lines were omitted. */
  files?: { count: number; lines: string[]; more: number };
}

type DataOf<T extends EventType> = z.infer<(typeof eventData)[T]> & (T extends keyof StoredData ? StoredData[T] : unknown);

export type EventType = keyof typeof eventData;
/** The name of an `error` on the event stream: a browser's EventSource uses `error` for a broken connection. */
export const RUN_ERROR = 'run_error';
export type EventData = { [T in EventType]: { type: T; data: DataOf<T> } }[EventType];
/** An event as stored in the log: `seq` increases by one. */
export type RunEvent = EventData & { seq: number; at: string };

/** An event as shown to people and other programs. */
export function toPublic(event: RunEvent): RunEvent {
  if (event.type === 'message' && event.data.context) {
    const { context: _, ...data } = event.data;
    return { ...event, data };
  }
  if (event.type === 'step_end' && event.data.state) {
    const { state: _, ...data } = event.data;
    return { ...event, data };
  }
  return event;
}

export const eventTypes = Object.keys(eventData) as EventType[];

const stored = { seq: z.int(), at: instant };
const variant = <T extends EventType>(type: T) => z.object({ ...stored, type: z.literal(type), data: eventData[type] });

export const runEvent = z
  .discriminatedUnion('type', [
    variant('message'),
    variant('step'),
    variant('text'),
    variant('reasoning'),
    variant('tool_input'),
    variant('tool_call'),
    variant('step_end'),
    variant('step_cut'),
    variant('intent'),
    variant('question'),
    variant('answer'),
    variant('pause'),
    variant('resume'),
    variant('tool_result'),
    variant('notice'),
    variant('error'),
    variant('end'),
    variant('retry'),
    variant('branch'),
    variant('plan'),
    variant('report'),
  ])
  .meta({ id: 'RunEvent' });
