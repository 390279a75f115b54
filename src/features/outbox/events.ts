/**
 * Events that may notify people. Each carries everything a message says about it, as of when it happened: projects, runs and people may be
 * renamed or deleted before it is sent. Payloads are stored and sent to people's webhooks, so their field names never change.
 */
interface RunPayload {
  runId: string;
  /** Its title. */
  run: string;
  projectId: string;
  project: string;
  organization: string;
  origin: 'person' | 'schedule' | 'trigger';
  originName: string | null;
}

/** What messages contain, by kind. */
export interface Payloads {
  approval_asked: RunPayload & {
    approvalId: string;
    approvalKind: 'tool_call' | 'budget' | 'repeated_call' | 'unknown_outcome';
    tool: string;
    server: string | null;
    reason: string;
    /** The first of `pathCount` paths. */
    paths: string[];
    pathCount: number;
    startedBy: string | null;
    expiresAt: string | null;
  };
  run_ended: RunPayload & { status: 'done' | 'failed'; cost: number | null };
  start_failed: {
    origin: 'schedule' | 'trigger';
    originId: string;
    name: string;
    reason: string | null;
    projectId: string;
    project: string;
    organization: string;
  };
  autonomy_off: { organizationId: string; organization: string; by: string | null };
  tools_changed: {
    organizationId: string;
    organization: string;
    toolServerId: string;
    server: string;
    /** The first of `toolCount` tools, each with a unified diff of its server's description. */
    tools: { name: string; diff: string }[];
    toolCount: number;
  };
}
export type EventKind = keyof Payloads;

/** Selects who is notified; not part of any message, by kind. */
export interface Contexts {
  approval_asked: object;
  run_ended: { hasGoal: boolean };
  /** The outcome of the previous occurrence; null for the first. */
  start_failed: { previous: string | null };
  autonomy_off: object;
  tools_changed: object;
}

export type OutboxEvent = {
  [K in EventKind]: {
    id: number;
    kind: K;
    organization_id: string;
    /** The person who caused it, if any: whom a run, schedule or trigger works for, or who switched autonomy off. */
    sender_id: string | null;
    payload: Payloads[K];
    context: Contexts[K];
  };
}[EventKind];
