/** Policies as people read and change them; what follows from them for a run is in autonomy.ts. */
import { isDeepStrictEqual } from 'node:util';
import type { Actor, Audit } from '#features/audit/server/audit.ts';
import type { PolicyTool, ProjectPolicy, StoredPolicy } from '#features/policies/contract.ts';
import { findWidening } from '#features/policies/narrowing.ts';
import { emptyPolicy, type Policy } from '#features/policies/policy.ts';
import { listPolicyChanges } from '#features/policies/policy-changes.ts';
import type { Database } from '#kernel/database/pool.ts';
import type { Queryable } from '#kernel/database/statement.ts';
import { conflict, invalid } from '#kernel/errors.ts';
import { createYield } from '#kernel/event-loop.ts';
import { publish } from '#kernel/live.ts';
import * as sql from './queries.ts';

interface Options {
  db: Database;
  audit: Audit;
  /** What runs of an organization may use; comes from a room after this one. */
  toolsOf: ToolsOf;
}

export type ToolsOf = (organizationId: string) => Promise<readonly (Omit<PolicyTool, 'server'> & { server?: string | undefined })[]>;

/** Whose policy it is; the name is copied into the audit. */
interface PolicyOwner {
  organizationId: string;
  projectId: string | null;
  name: string;
}

const unsaid: StoredPolicy = { policy: emptyPolicy, version: 0, changedAt: null, changedBy: null };

export function createPolicies({ db, audit, toolsOf }: Options) {
  const listTools = async (organizationId: string): Promise<PolicyTool[]> =>
    (await toolsOf(organizationId)).map(({ name, description, effect, server = null }) => ({ name, description, effect, server }));

  async function read(on: Queryable, organizationId: string, projectId: string | null) {
    const rows = await sql.selectPolicies(on, organizationId, projectId);
    const find = (id: string | null) => describe(rows.find((row) => row.project_id === id));
    return { organization: find(null), own: find(projectId) };
  }

  /** @throws 409 `changed_meanwhile` with the policy that holds, 422 for what a project would widen */
  async function put(actor: Actor, owner: PolicyOwner, basedOn: number, wanted: Policy): Promise<void> {
    const { organizationId, projectId, name } = owner;
    const policy = { ...wanted, rules: wanted.rules.filter(({ off, supervised, autonomous }) => off ?? supervised ?? autonomous) };
    // Asked before the transaction: a tool server may take its time.
    const tools = projectId === null ? [] : await listTools(organizationId);
    await db.transaction(async (tx) => {
      const { organization, own } = await read(tx, organizationId, projectId);
      // A request that is sent again finds what it stored the first time.
      if (isDeepStrictEqual(own.policy, policy)) return;
      if (own.version !== basedOn) throw changedMeanwhile(own);
      if (projectId !== null) await requireNarrowing(organization.policy, own.policy, wanted, tools);
      const [stored] = await sql.storePolicy(tx, organizationId, projectId, JSON.stringify(policy), actor.userId, basedOn);
      // Another request was first, between reading and storing.
      if (!stored) throw changedMeanwhile((await read(tx, organizationId, projectId)).own);
      const subject = projectId === null ? { kind: 'organization', id: organizationId } : { kind: 'project', id: projectId };
      const changes = listPolicyChanges(own.policy, policy);
      const entry = { organizationId, projectId, actor, action: 'policy.change' as const, subject: { ...subject, name } };
      tx.withCommit(audit.record(tx, { ...entry, detail: { version: stored.version, changes } }));
      tx.withCommit(publish(tx, 'autonomy', organizationId));
    });
  }

  return {
    put,

    async ofOrganization(organizationId: string): Promise<StoredPolicy & { tools: PolicyTool[] }> {
      const [{ own }, tools] = await Promise.all([read(db, organizationId, null), listTools(organizationId)]);
      return { ...own, tools };
    },

    async ofProject(organizationId: string, projectId: string): Promise<Omit<ProjectPolicy, 'switch'>> {
      const [{ own, organization }, tools] = await Promise.all([read(db, organizationId, projectId), listTools(organizationId)]);
      return { ...own, organization: organization.policy, tools };
    },
  };
}

function describe(row: sql.PolicyRow | undefined): StoredPolicy {
  if (!row) return unsaid;
  const { policy, version, changed_at: changedAt, changed_by: id, user_name: name } = row;
  return { policy, version, changedAt, changedBy: { id, name: name ?? 'a former member' } };
}

/** What stood there already may stay: the organization may have become stricter since. */
async function requireNarrowing(organization: Policy, before: Policy, wanted: Policy, tools: readonly PolicyTool[]): Promise<void> {
  const letOthers = createYield();
  const had = new Set((await findWidening(organization, before, tools, letOthers)).map(({ message }) => message));
  const added = (await findWidening(organization, wanted, tools, letOthers)).filter(({ message }) => !had.has(message));
  if (added.length > 0) throw invalid(added.map(({ path, message }) => ({ path: `policy.${path}`, message })));
}

const changedMeanwhile = (current: StoredPolicy) =>
  conflict(
    'changed_meanwhile',
    `${current.changedBy?.name ?? 'Somebody'} changed this policy meanwhile. Compare with the one that holds, then save again.`,
    { current },
  );
