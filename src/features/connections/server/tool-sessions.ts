/** Sessions with tool servers: one per server in this process, reopened when its settings change. */
import type { Credentials } from './credentials.ts';
import type { ToolServerRow } from './queries.ts';
import { type CallTimeouts, createToolSession, type ToolSession } from './tool-session.ts';

export type ToolSessions = ReturnType<typeof createToolSessions>;

interface Options {
  credentials: Credentials;
  version: string;
  publicFetch: typeof fetch;
  /** For servers that an operator has allowed in the installation's own network. */
  privateFetch: typeof fetch;
  timeouts: Partial<CallTimeouts> | undefined;
}

export function createToolSessions({ credentials, version, publicFetch, privateFetch, timeouts }: Options) {
  const open = new Map<string, { row: ToolServerRow; session: ToolSession }>();

  const sendTo = (row: ToolServerRow): typeof fetch => (row.private_network ? privateFetch : publicFetch);
  const begin = (row: ToolServerRow): ToolSession =>
    createToolSession({ target: () => credentials.targetOf(row), send: sendTo(row), version, timeouts });

  return {
    sendTo,

    with(row: ToolServerRow): ToolSession {
      const existing = open.get(row.id);
      if (existing?.row.changed_at === row.changed_at) return existing.session;
      void existing?.session.retire();
      const session = begin(row);
      open.set(row.id, { row, session });
      return session;
    },

    /** Closes sessions of an organization whose servers were deleted or changed; calls in flight finish normally. */
    closeOutdated(organizationId: string, rows: readonly ToolServerRow[]): void {
      const current = new Map(rows.map(({ id, changed_at }) => [id, changed_at]));
      for (const [id, { row, session }] of open) {
        if (row.organization_id !== organizationId || current.get(id) === row.changed_at) continue;
        open.delete(id);
        void session.retire();
      }
    },

    organizations: (): string[] => [...new Set([...open.values()].map(({ row }) => row.organization_id))],

    /** Ends every session and the calls in it. */
    async close(): Promise<void> {
      const sessions = [...open.values()].map(({ session }) => session);
      open.clear();
      await Promise.all(sessions.map((session) => session.close()));
    },
  };
}
