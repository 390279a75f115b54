/** Tool definitions of a server: validated one by one, so that an unusable tool does not affect the others, and identified by a digest. */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { schemaProblem } from './input-schema.ts';
import { texts } from './texts.ts';

export const MAX_TOOLS = 200;
const MAX_SCHEMA = 20_000;
const MAX_DESCRIPTION = 20_000;
const MAX_HINTS = 2000;
const MAX_SERVER_NAME = 200;
/** Objects and lists nest twice as deep as the schema levels they encode. */
const MAX_DEPTH = 200;
/** What model providers accept. */
const MAX_NAME = 64;

/** What an admin reviews and a model reads. */
export interface Definition {
  title?: string | undefined;
  description: string;
  inputSchema: Record<string, unknown>;
  /** Hints, such as read-only; Guildhall does not trust them. */
  annotations?: unknown;
}

export interface ListedTool {
  /** Its name on the server. */
  name: string;
  description: string;
  /** Both are missing if the tool cannot be used; `problem` says why. */
  definition?: Definition | undefined;
  /** SHA-256 of the complete definition, independent of member order. */
  digest?: string | undefined;
  problem?: string | undefined;
}

const described = z.looseObject({
  name: z.string().min(1),
  title: z.string().optional().catch(undefined),
  description: z.string().optional().catch(undefined),
  inputSchema: z.unknown().optional(),
  annotations: z.unknown().optional(),
  execution: z.looseObject({ taskSupport: z.unknown().optional() }).optional().catch(undefined),
});

/** @returns all tools in the server’s order */
export function validateTools(slug: string, listed: readonly unknown[]): ListedTool[] {
  const taken = new Set<string>();
  return listed.slice(0, MAX_TOOLS).map((raw): ListedTool => {
    const parsed = described.safeParse(raw);
    if (!parsed.success) return { name: '', description: '', problem: texts.tools.noName };
    const { name, title, description = title ?? '' } = parsed.data;
    const shown = { name: wellFormed(name, MAX_SERVER_NAME), description: wellFormed(description, MAX_DESCRIPTION) };
    const callName = callNameOf(slug, name);
    const problem = problemOf(parsed.data) ?? (taken.has(callName) ? texts.tools.nameTwice : undefined);
    if (problem) return { ...shown, problem };
    taken.add(callName);
    return { ...shown, ...define(parsed.data, shown.description) };
  });
}

function define({ name, title, description, inputSchema, annotations }: z.infer<typeof described>, shown: string) {
  const hints = annotations !== undefined && JSON.stringify(annotations).length <= MAX_HINTS ? { annotations } : {};
  const definition: Definition = {
    ...(title !== undefined && { title: wellFormed(title, MAX_SERVER_NAME) }),
    description: shown,
    inputSchema: inputSchema as Definition['inputSchema'],
    ...hints,
  };
  return { definition, digest: digestOf({ name, title, description, inputSchema, annotations }) };
}

/** Changed names carry a digest of the original, so that two never collide. */
export function callNameOf(slug: string, name: string): string {
  const plain = `${slug}__${name}`;
  if (plain.length <= MAX_NAME && /^[\w-]+$/.test(name)) return plain;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${`${slug}__${name.replace(/[^\w-]/g, '_')}`.slice(0, MAX_NAME - digest.length - 1)}_${digest}`;
}

function problemOf({ name, inputSchema, annotations, execution, taskSupport }: z.infer<typeof described>): string | undefined {
  if (name.length > MAX_SERVER_NAME) return texts.tools.nameTooLong(MAX_SERVER_NAME);
  if (execution?.taskSupport === 'required' || taskSupport === 'required') return texts.tools.task;
  if (typeof inputSchema !== 'object' || inputSchema === null || (inputSchema as Record<string, unknown>)['type'] !== 'object')
    return texts.tools.notAnObject;
  if (depthOf([inputSchema, annotations]) > MAX_DEPTH) return texts.tools.tooDeep(MAX_DEPTH);
  if (JSON.stringify(inputSchema).length > MAX_SCHEMA) return texts.tools.tooLong(MAX_SCHEMA);
  const wrong = schemaProblem(inputSchema as Record<string, unknown>);
  return wrong && texts.tools.invalid(wrong);
}

/** Not recursive: nesting a million levels deep must not end the process. */
function depthOf(value: unknown): number {
  let level: unknown[] = [value];
  for (let depth = 0; ; depth++) {
    if (level.length === 0 || depth > MAX_DEPTH) return depth;
    level = level.flatMap((each) => (typeof each === 'object' && each !== null ? Object.values(each) : []));
  }
}

const digestOf = (definition: Record<string, unknown>): string =>
  createHash('sha256')
    .update(JSON.stringify(sortMembers(definition)))
    .digest('hex');

function sortMembers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortMembers);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, sortMembers(member)]),
  );
}

function wellFormed(text: string, max: number): string {
  return (text.length > max ? `${text.slice(0, max - 1)}…` : text).toWellFormed().replaceAll('\0', '\ufffd');
}
