/** Which of the tools that a server tells of can be offered to a model, and under which names. */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { ServerTool } from '#features/connections/contract.ts';

export const MAX_TOOLS = 200;
const MAX_DESCRIPTION = 1000;
const MAX_SCHEMA = 20_000;
/** What providers of models take. */
const MAX_NAME = 64;

export interface OfferedTool {
  /** As its server calls it. */
  name: string;
  /** As a model calls it. */
  callName: string;
  description: string;
  inputSchema: Record<string, unknown>;
}

const described = z.looseObject({
  name: z.string().min(1).max(200),
  title: z.string().optional().catch(undefined),
  description: z.string().optional().catch(undefined),
  inputSchema: z.unknown().optional(),
});
const objectSchema = z.looseObject({ type: z.literal('object') });

/** @returns every tool with a name, in the server's order: as one that can be offered, or with why it cannot */
export function vetTools(slug: string, listed: readonly unknown[]): { offered: OfferedTool[]; tools: ServerTool[] } {
  const offered: OfferedTool[] = [];
  const tools: ServerTool[] = [];
  const taken = new Set<string>();
  for (const raw of listed.slice(0, MAX_TOOLS)) {
    const parsed = described.safeParse(raw);
    if (!parsed.success) continue;
    const { name, title } = parsed.data;
    const description = cut(parsed.data.description ?? title ?? '');
    const callName = callNameOf(slug, name);
    const problem =
      problemOf(parsed.data.inputSchema) ?? (taken.has(callName) ? 'Another tool of this server has the same name.' : undefined);
    if (problem) {
      tools.push({ name, description, problem });
      continue;
    }
    taken.add(callName);
    offered.push({ name, callName, description, inputSchema: parsed.data.inputSchema as Record<string, unknown> });
    tools.push({ name, description, callName });
  }
  return { offered, tools };
}

/** Names that had to be changed carry a digest of the real one, so that two never become the same. */
export function callNameOf(slug: string, name: string): string {
  const plain = `${slug}__${name}`;
  if (plain.length <= MAX_NAME && /^[\w-]+$/.test(name)) return plain;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${`${slug}__${name.replace(/[^\w-]/g, '_')}`.slice(0, MAX_NAME - digest.length - 1)}_${digest}`;
}

function problemOf(inputSchema: unknown): string | undefined {
  if (!objectSchema.safeParse(inputSchema).success) return 'Its input is not described as a JSON Schema of an object.';
  const { length } = JSON.stringify(inputSchema);
  if (length > MAX_SCHEMA)
    return `The description of its input has ${length.toLocaleString('en')} characters; ${MAX_SCHEMA.toLocaleString('en')} are the most.`;
  return undefined;
}

const cut = (text: string) => (text.length > MAX_DESCRIPTION ? `${text.slice(0, MAX_DESCRIPTION - 1)}…` : text).toWellFormed();
