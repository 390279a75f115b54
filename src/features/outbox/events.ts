/**
 * Events that people may have to be notified of. Each carries all that a message says of it, as it was when it happened: projects,
 * runs and people may be renamed or gone by the time it is sent. Payloads are stored and go to people's webhooks, so their members
 * never change their names.
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

/** What messages say, by kind. */
export interface Payloads {
  approval_asked: RunPayload & {
    approvalId: string;
    approvalKind: 'tool_call' | 'budget' | 'repeated_call' | 'unknown_outcome';
    tool: string;
    server: string | null;
    reason: string;
    /** The first, of so many. */
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
    /** The first, of so many, each with a unified diff of what its server says of it. */
    tools: { name: string; diff: string }[];
    toolCount: number;
  };
}
export type EventKind = keyof Payloads;

/** What decides who is notified of it and is in no message, by kind. */
export interface Contexts {
  approval_asked: object;
  run_ended: { hasGoal: boolean };
  /** What came of the time before this one; null for the first. */
  start_failed: { previous: string | null };
  autonomy_off: object;
  tools_changed: object;
}

export type OutboxEvent = {
  [K in EventKind]: {
    id: number;
    kind: K;
    organization_id: string;
    /** Who caused it, where that is a person: whom a run, schedule or trigger works for, or who switched autonomy off. */
    sender_id: string | null;
    payload: Payloads[K];
    context: Contexts[K];
  };
}[EventKind];
