/** An agent’s built-in tools on a project, used like in a run: the versions it has seen are recorded, and each change commits by itself. */
import { randomUUID } from 'node:crypto';
import { createAuditLog } from '#features/audit-log/server/audit-log.ts';
import { absent } from '#features/files/server/condition.ts';
import { createFiles, type Files } from '#features/files/server/files.ts';
import type { RunOutcome } from '#features/runs/server/calls/call.ts';
import { describeChanged } from '#features/runs/server/calls/rebase.ts';
import type { Proposal, Tool, ToolContext } from '#features/tools/server/tool.ts';
import { ownTools } from '#features/tools/server/tools.ts';
import { createDatabase } from '#kernel/database/pool.ts';
import { HttpProblem } from '#kernel/errors.ts';
import { createLog } from '#kernel/log.ts';
import { createTestDatabase, query } from './database.ts';

export type Toolbox = Awaited<ReturnType<typeof openToolbox>>;

type More = Partial<Parameters<typeof ownTools>[0]> & { readOutput?: ToolContext['readOutput'] };

/** @param more options of `ownTools` besides files; close it in `after` */
export async function openToolbox({ readOutput = async () => undefined, ...more }: More = {}) {
  const url = await createTestDatabase();
  const log = await createLog({ level: 'silent', readable: true });
  const db = createDatabase({ url, max: 4, log });
  const files = createFiles({ db, log, auditLog: createAuditLog({ db, log }) });
  const tools = ownTools({ files, ...more });
  const [organizationId, userId] = [randomUUID(), randomUUID()];
  await query(url, `insert into organizations (id, name) values ($1, 'An organization')`, [organizationId]);
  await query(url, `insert into users (id, name, email, password_hash) values ($1, 'Ada', $2, '')`, [userId, `${userId}@example.com`]);
  return {
    db,
    files,
    tools,
    close: async () => {
      await files.close();
      await db.close();
    },
    /** A run in a new project. */
    async newProject() {
      const projectId = randomUUID();
      await query(url, `insert into projects (id, organization_id, name) values ($1, $2, 'A project')`, [projectId, organizationId]);
      const runId = randomUUID();
      const run = `insert into runs (id, project_id, user_id, title, status, level, model) values ($1, $2, $3, '', 'done', 'supervised', '')`;
      await query(url, run, [runId, projectId, userId]);
      return onProject({ db, files, tools, readOutput, organizationId, projectId, userId, runId });
    },
  };
}

interface ToolboxProject {
  db: ReturnType<typeof createDatabase>;
  files: Files;
  tools: Tool[];
  readOutput: ToolContext['readOutput'];
  organizationId: string;
  projectId: string;
  userId: string;
  runId: string;
}

interface UseOptions {
  signal?: AbortSignal;
  /** Runs after the tool has read and before it commits. */
  beforeCommit?: () => Promise<void>;
}

type Used = RunOutcome & { ok: boolean };

function onProject({ db, files, tools, readOutput, organizationId, projectId, userId, runId }: ToolboxProject) {
  const seen = new Map<string, string>();
  const by = { userId, runId: null };

  /** @returns the result the model reads, including an error */
  async function use(
    name: string,
    given: unknown,
    { signal = new AbortController().signal, beforeCommit }: UseOptions = {},
  ): Promise<Used> {
    const tool = tools.find((candidate) => candidate.name === name);
    if (!tool) throw new Error(`no tool ${name}`);
    const input = tool.normalize(given);
    const problem = tool.problemOf(input);
    if (problem !== undefined) return { ok: false, output: problem };
    try {
      const context = { organizationId, projectId, runId, userId, signal, seenVersion: (path: string) => seen.get(path), readOutput };
      const carried = await tool.execute(context, input);
      await beforeCommit?.();
      const outcome = 'edits' in carried ? await apply(carried) : carried;
      for (const { path, version } of outcome.seen ?? []) seen.set(path, version);
      return { ok: true, ...outcome };
    } catch (error) {
      if (error instanceof HttpProblem) return { ok: false, output: error.message };
      throw error;
    }
  }

  async function apply(proposal: Proposal): Promise<RunOutcome> {
    const { kind, edits, outcome } = proposal;
    try {
      const change = await db.transaction((tx) => files.apply(tx, { projectId, by: { userId, runId }, kind, edits }));
      return { ...outcome, ...(change && { change: { id: change.id, number: change.number, paths: change.paths } }) };
    } catch (error) {
      if (!(error instanceof HttpProblem) || error.status !== 412) throw error;
      const paths = edits.map(({ path }) => path);
      return describeChanged(proposal, await files.versions(projectId, paths));
    }
  }

  return {
    projectId,
    use,
    /** A concurrent save by a person. */
    async save(path: string, content: string | Uint8Array): Promise<void> {
      const current = await files.read(projectId, path).catch(() => undefined);
      const condition = current ? { kind: 'version' as const, versions: [current.version] } : absent;
      await files.write({ projectId, path, content: Buffer.from(content), condition, by });
    },
    /** A concurrent deletion by a person. */
    async remove(path: string): Promise<void> {
      await files.remove({ projectId, path, condition: { kind: 'none' }, by });
    },
    readBytes: async (path: string): Promise<Buffer | null> => (await files.read(projectId, path)).content,
    read: async (path: string): Promise<string> => String((await files.read(projectId, path)).content),
    async paths(): Promise<string[]> {
      const { entries } = await files.list(projectId);
      return entries.filter(({ type }) => type === 'file').map(({ path }) => path);
    },
    changes: async () => (await files.history.listChanges(projectId, { limit: 100 })).changes,
  };
}
