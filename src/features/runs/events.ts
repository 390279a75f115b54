/** The log of a run: what each event carries. Append-only; a run's whole state follows from it. */
import * as z from 'zod';
import { id, instant } from '#wire/contract.ts';
import { planStep } from './plan.ts';

/**
 * What a question may be answered with. `allow`: carry it out; `retry`: once more; `happened`: take it as done; `skip`: do not
 * carry it out. Approvals are decided apart from these: `approve`, `reject`, `expire` where nobody did in time, and `renew` where
 * what they are about has changed, so that it is asked again.
 */
export const answerChoice = z.enum(['allow', 'retry', 'happened', 'skip']);
export type AnswerChoice = z.infer<typeof answerChoice>;
const approvalChoice = z.enum(['approve', 'reject', 'expire', 'renew']);
export type GivenChoice = AnswerChoice | z.infer<typeof approvalChoice>;

/** What made a call ask, as the gate tells. */
const rule = z.object({
  by: z.enum(['role', 'level', 'default', 'organization', 'project']),
  tool: z.string().optional(),
  path: z.string().nullable().optional(),
});

const toolChange = z.object({ id, number: z.int(), paths: z.array(z.string()) });

const person = z.object({ id: id.nullable(), name: z.string() });
const endStatus = z.enum(['done', 'failed', 'stopped']);
/** What one model call took; US dollars, null where nobody knows the price. */
const usage = { step: z.int(), inputTokens: z.int(), outputTokens: z.int(), cost: z.number().nullable().default(null) };

/** Whose budget, and what of it: a day’s, or the run’s own. */
const budgetBound = {
  scope: z.enum(['run', 'user', 'project', 'organization']),
  bound: z.enum(['steps', 'tokens', 'inputTokens', 'outputTokens', 'cost', 'ms']),
};

/** Data of each event by its type. */
export const eventData = {
  /** A person says something. */
  message: z.object({
    text: z.string(),
    by: person,
    /** What came with it from elsewhere: data, whatever it says. */
    payload: z.object({ source: z.string(), text: z.string() }).optional(),
  }),
  /** A model call begins. A second `step` with the same number replaces the first: what it had said counts no more. */
  step: z.object({
    step: z.int(),
    model: z.string(),
    /** The version of the project's AGENTS.md that the model is told: after which change, when and by whom. Null: none, though there is one that nobody has accepted. */
    instructions: z
      .object({ number: z.int(), version: z.string(), at: instant, by: z.object({ name: z.string(), kind: z.enum(['person', 'run']) }) })
      .nullable()
      .optional(),
  }),
  /** A piece of the answer, in order; several a second. */
  text: z.object({ text: z.string() }),
  reasoning: z.object({ text: z.string() }),
  /** A piece of a tool's input while the model writes it, as JSON text. */
  tool_input: z.object({ callId: z.string(), tool: z.string(), text: z.string() }),
  /** The model asks for a tool; `input` is what it sent, fitting or not. */
  tool_call: z.object({
    callId: z.string(),
    tool: z.string(),
    input: z.unknown(),
    /** The tool server it belongs to, for tools that are not Guildhall's own. */
    server: z.string().optional(),
  }),
  /** The model call is over. */
  step_end: z.object({ ...usage, finish: z.string() }),
  /** The model call broke off: by a stop, a failure or a server's death. What it took is an estimate. */
  step_cut: z.object(usage),
  /** A tool that acts outside of Guildhall is about to. Without a result after it, nobody knows whether it did. */
  intent: z.object({ callId: z.string(), tool: z.string() }),
  /** The run waits for a person to decide about a tool call. */
  question: z.object({
    callId: z.string(),
    tool: z.string(),
    kind: z.enum(['approval', 'unknown_outcome', 'repeated_call']),
    message: z.string(),
    choices: z.array(z.enum([...answerChoice.options, 'approve', 'approve_all', 'reject'])),
    /** Absent in logs of the time before approvals. */
    approvalId: id.optional(),
    rule: rule.optional(),
    /** Of what the tool was, for those of tool servers: who approves all calls like this one approves of just that. */
    digest: z.string().optional(),
    /** What it would change, the first ones. */
    paths: z.array(z.string()).optional(),
    /** It is asked again, because these were changed by somebody since. */
    changed: z.array(z.object({ path: z.string(), by: z.string() })).optional(),
  }),
  answer: z.object({
    callId: z.string(),
    choice: z.enum([...answerChoice.options, ...approvalChoice.options]),
    /** Approved for all calls of this run like this one. */
    all: z.boolean().optional(),
    note: z.string().optional(),
    by: person,
  }),
  /** A budget is used up, and the run waits for a person to raise it. */
  pause: z.object({ ...budgetBound, message: z.string(), approvalId: id }),
  resume: z.object({ ...budgetBound, choice: z.enum(['raise', 'refuse', 'expire']), note: z.string().optional(), by: person }),
  /** What came of a tool call, in the same transaction as its effect. */
  tool_result: z.object({
    callId: z.string(),
    tool: z.string(),
    ok: z.boolean(),
    output: z.string(),
    /** There is more than `output`: all of it has so many characters, and is read by range under this id. */
    whole: z.object({ id: z.string(), characters: z.int() }).optional(),
    /** Milliseconds. */
    duration: z.number(),
    change: toolChange.optional(),
    /** Versions of files that the run knows through this; it may replace those and no others. */
    seen: z.array(z.object({ path: z.string(), version: z.string() })).optional(),
  }),
  /** Something a person should know while the run goes on: another server took over, a retry. */
  notice: z.object({ code: z.string(), message: z.string() }),
  error: z.object({ code: z.string(), message: z.string() }),
  /** The run has nothing more to do, for now: a further message continues it. */
  end: z.object({ status: endStatus }),
  /** A person lets a run that failed or was stopped go on from where it broke off. */
  retry: z.object({ by: person }),
  /** What stands before this was copied from another run, up to its event with this number. */
  branch: z.object({ runId: id, event: z.int() }),
  /** The plan of a run that has a goal, whole each time somebody changes it. `version` rises by one. */
  plan: z.object({
    steps: z.array(planStep),
    version: z.int(),
    /** Null: the agent itself, by the tool call. */
    by: person.nullable(),
    callId: z.string().optional(),
  }),
  /** What came of a goal, right before each end: composed from the log, so that no model can forget or invent it. */
  report: z.object({
    status: endStatus,
    plan: z.array(planStep),
    /** The first of the files that were changed, and how many there are; in so many changes. */
    changed: z.object({ paths: z.array(z.string()), pathCount: z.int(), changes: z.int() }),
    spent: z.object({
      steps: z.int(),
      inputTokens: z.int(),
      outputTokens: z.int(),
      /** US dollars, as far as prices are known. */
      cost: z.number(),
      /** Model calls whose price nobody knows. */
      unpriced: z.int(),
      /** Time at work. */
      ms: z.number(),
    }),
    approvals: z.object({ asked: z.int(), approved: z.int(), rejected: z.int() }),
    /** The model’s closing words; the rest of very long ones is in the log alone. */
    words: z.string(),
    /** Why it failed. */
    error: z.string().optional(),
  }),
} as const;

/**
 * What stands in the log for the server alone: it goes into what models are sent, and nobody else reads it. A log of the time before
 * has none of it.
 */
interface StoredData {
  /** The zone of whoever wrote, and the files that the project had then. */
  message: { context?: MessageContext };
  /** What the model's provider wants back with this answer. */
  step_end: { state?: { source: string; data: unknown } };
}

export interface MessageContext {
  /** IANA name; UTC where it is not known. */
  timeZone?: string;
  /** How many there were; their paths, or those of a large project's folders; and how many of these lines were left out. */
  files?: { count: number; lines: string[]; more: number };
}

type DataOf<T extends EventType> = z.infer<(typeof eventData)[T]> & (T extends keyof StoredData ? StoredData[T] : unknown);

export type EventType = keyof typeof eventData;
/** What an `error` is called on the event stream: a browser's EventSource reports a broken connection under that name. */
export const RUN_ERROR = 'run_error';
export type EventData = { [T in EventType]: { type: T; data: DataOf<T> } }[EventType];
/** An event as it stands in the log: `seq` rises by one. */
export type RunEvent = EventData & { seq: number; at: string };

/** An event as people and other programs read it. */
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
