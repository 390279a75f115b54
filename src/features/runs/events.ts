/** The log of a run: what each event carries. Append-only; a run's whole state follows from it. */
import * as z from 'zod';
import { id, instant } from '#wire/contract.ts';

const toolChange = z.object({ id, number: z.int(), paths: z.array(z.string()) });

/** Data of each event by its type. */
export const eventData = {
  /** A person says something. */
  message: z.object({ text: z.string(), by: z.object({ id: id.nullable(), name: z.string() }) }),
  /** A model call begins. A second `step` with the same number replaces the first: what it had said counts no more. */
  step: z.object({ step: z.int(), model: z.string() }),
  /** A piece of the answer, in order; several a second. */
  text: z.object({ text: z.string() }),
  reasoning: z.object({ text: z.string() }),
  /** The model asks for a tool; `input` is what it sent, fitting or not. */
  tool_call: z.object({ callId: z.string(), tool: z.string(), input: z.unknown() }),
  /** What came of it, in the same transaction as its effect. */
  tool_result: z.object({
    callId: z.string(),
    tool: z.string(),
    ok: z.boolean(),
    output: z.string(),
    /** Milliseconds. */
    duration: z.number(),
    change: toolChange.optional(),
    /** The version of a file that the run knows through this; it may replace that one and no other. */
    seen: z.object({ path: z.string(), version: z.string() }).optional(),
  }),
  /** The model call is over. */
  step_end: z.object({
    step: z.int(),
    finish: z.string(),
    inputTokens: z.int(),
    outputTokens: z.int(),
  }),
  /** Something a person should know while the run goes on: another server took over, a retry. */
  notice: z.object({ code: z.string(), message: z.string() }),
  error: z.object({ code: z.string(), message: z.string() }),
  /** The run has nothing more to do, for now: a further message continues it. */
  end: z.object({ status: z.enum(['done', 'failed', 'stopped']) }),
} as const;

export type EventType = keyof typeof eventData;
export type EventData = { [T in EventType]: { type: T; data: z.infer<(typeof eventData)[T]> } }[EventType];
/** An event as it stands in the log: `seq` rises by one. */
export type RunEvent = EventData & { seq: number; at: string };

export const eventTypes = Object.keys(eventData) as EventType[];

const stored = { seq: z.int(), at: instant };
const variant = <T extends EventType>(type: T) => z.object({ ...stored, type: z.literal(type), data: eventData[type] });

export const runEvent = z
  .discriminatedUnion('type', [
    variant('message'),
    variant('step'),
    variant('text'),
    variant('reasoning'),
    variant('tool_call'),
    variant('tool_result'),
    variant('step_end'),
    variant('notice'),
    variant('error'),
    variant('end'),
  ])
  .meta({ id: 'RunEvent' });
