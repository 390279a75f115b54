/** Policies: how far agents may act on their own, set by an organization and narrowed by a project; and the switch. */
import { isDeepStrictEqual } from 'node:util';
import type { Actor, AuditLog } from '#features/audit-log/server/audit-log.ts';
import type { OrganizationPolicy, ProjectPolicy, StoredPolicy } from '#features/policies/contract.ts';
import { findWidening } from '#features/policies/narrowing.ts';
import { emptyPolicy, type Policy } from '#features/policies/policy.ts';
import { listPolicyChanges } from '#features/policies/policy-changes.ts';
import type { PolicyTool } from '#features/tools/contract.ts';
import type { Tools } from '#features/tools/server/tools.ts';
import type { Database } from '#kernel/database/pool.ts';
import type { Queryable } from '#kernel/database/statement.ts';
import { conflict, invalid } from '#kernel/errors.ts';
import { publish } from '#kernel/event-bus.ts';
import { createYield } from '#kernel/event-loop.ts';
import { texts as wire } from '#wire/texts.ts';
import * as sql from './queries.ts';
import type { Rules } from './rules.ts';
import { readSwitch, setSwitch } from './switch.ts';
import { texts } from './texts.ts';

export * from './rules.ts';
export type Policies = ReturnType<typeof createPolicies>;

interface Options {
  db: Database;
  auditLog: AuditLog;
  tools: Tools;
}

/** The organization or project that has the policy; the name is copied into the audit log. */
interface PolicyOwner {
  organizationId: string;
  projectId: string | null;
  name: string;
}

const noPolicy: StoredPolicy = { policy: emptyPolicy, version: 0, changedAt: null, changedBy: null };

export function createPolicies({ db, auditLog, tools }: Options) {
  async function read(on: Queryable, organizationId: string, projectId: string | null) {
    const rows = await sql.selectPolicies(on, { organizationId, projectId });
    const find = (id: string | null) => describe(rows.find((row) => row.project_id === id));
    return { organization: find(null), own: find(projectId) };
  }

  /** @throws 409 `changed_meanwhile` with the current policy, 422 for rules of a project that would widen the organization's policy */
  async function put(actor: Actor, owner: PolicyOwner, basedOn: number, wanted: Policy): Promise<void> {
    const { organizationId, projectId, name } = owner;
    const policy = { ...wanted, rules: wanted.rules.filter(({ off, supervised, autonomous }) => off ?? supervised ?? autonomous) };
    // Listed before the transaction: a tool server may be slow.
    const known = projectId === null ? [] : await tools.of(organizationId);
    await db.transaction(async (tx) => {
      const { organization, own } = await read(tx, organizationId, projectId);
      // A repeated request finds what its first attempt stored.
      if (isDeepStrictEqual(own.policy, policy)) return;
      if (own.version !== basedOn) throw changedMeanwhile(own);
      if (projectId !== null) await requireNarrowing(organization.policy, own.policy, wanted, known);
      const [stored] = await sql.storePolicy(tx, {
        organizationId,
        projectId,
        policy: JSON.stringify(policy),
        userId: actor.userId,
        basedOn,
      });
      // Another request stored a version after this one read it.
      if (!stored) throw changedMeanwhile((await read(tx, organizationId, projectId)).own);
      const subject = projectId === null ? { kind: 'organization', id: organizationId } : { kind: 'project', id: projectId };
      const changes = listPolicyChanges(own.policy, policy);
      const entry = { organizationId, projectId, actor, action: 'policy.change' as const, subject: { ...subject, name } };
      tx.withCommit(auditLog.record(tx, { ...entry, detail: { version: stored.version, changes } }));
      tx.withCommit(publish(tx, 'autonomy', organizationId));
    });
  }

  return {
    put,
    readSwitch: (organizationId: string) => readSwitch(db, organizationId),
    setSwitch,

    async rulesFor(organizationId: string, projectId: string, userId: string | null, on: Queryable = db): Promise<Rules> {
      const [row] = await sql.selectRules(on, { organizationId, projectId, userId });
      if (!row) throw new Error('the rules of a project had no row');
      const policies = { organization: row.organization ?? emptyPolicy, project: row.project };
      return {
        organizationId,
        role: row.role,
        name: row.name ?? wire.formerMember,
        policies,
        off: row.off_at ? { at: row.off_at, by: row.off_by ?? wire.formerMember } : null,
      };
    },

    async ofOrganization(organizationId: string): Promise<OrganizationPolicy> {
      const [{ own }, current, available] = await Promise.all([
        read(db, organizationId, null),
        readSwitch(db, organizationId),
        tools.of(organizationId),
      ]);
      return { ...own, switch: current, tools: available };
    },

    async ofProject(organizationId: string, projectId: string): Promise<ProjectPolicy> {
      const [{ own, organization }, current, available] = await Promise.all([
        read(db, organizationId, projectId),
        readSwitch(db, organizationId),
        tools.of(organizationId),
      ]);
      return { ...own, organization: organization.policy, switch: current, tools: available };
    },

    /** The policy of an organization, and the policies of its projects that set a daily budget, by project. */
    async budgetsOf(organizationId: string): Promise<{ organization: Policy; projects: ReadonlyMap<string, Policy> }> {
      const [[own], rows] = await Promise.all([
        sql.selectPolicies(db, { organizationId, projectId: null }),
        sql.selectProjectBudgets(db, { organizationId }),
      ]);
      return { organization: own?.policy ?? emptyPolicy, projects: new Map(rows.map((row) => [row.project_id, row.policy])) };
    },
  };
}

function describe(row: sql.PolicyRow | undefined): StoredPolicy {
  if (!row) return noPolicy;
  const { policy, version, changed_at: changedAt, changed_by: id, user_name: name } = row;
  return { policy, version, changedAt, changedBy: { id, name: name ?? wire.formerMember } };
}

/** Existing rules may stay: the organization may have become stricter since. */
async function requireNarrowing(organization: Policy, before: Policy, wanted: Policy, tools: readonly PolicyTool[]): Promise<void> {
  const yieldNow = createYield();
  const had = new Set((await findWidening(organization, before, tools, yieldNow)).map(({ message }) => message));
  const added = (await findWidening(organization, wanted, tools, yieldNow)).filter(({ message }) => !had.has(message));
  if (added.length > 0) throw invalid(added.map(({ path, message }) => ({ path: `policy.${path}`, message })));
}

const changedMeanwhile = (current: StoredPolicy) =>
  conflict('changed_meanwhile', texts.problems.changedMeanwhile(current.changedBy?.name), { current });
