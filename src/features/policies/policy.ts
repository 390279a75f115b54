/** Policies: what agents may do at each level, set by an organization and narrowed by a project. */
import * as z from 'zod';
import { atLeast, type Role } from '#wire/role.ts';
import { texts as wire } from '#wire/texts.ts';
import { autonomyLevel } from './levels.ts';
import { texts } from './texts/input.ts';

export type Level = z.infer<typeof autonomyLevel>;
export const levels = autonomyLevel.options;

/** From mildest to strictest. */
export const decision = z.enum(['allow', 'ask', 'deny']);
export type Decision = z.infer<typeof decision>;

/** The roles that may act with agents; viewers may only watch. */
export const actingRole = z.enum(['member', 'admin', 'owner']);
export type ActingRole = z.infer<typeof actingRole>;

const pattern = (missing: () => string) =>
  z
    .string()
    .trim()
    .min(1, { error: missing })
    .max(200, { error: () => texts.patternTooLong(200) })
    .regex(/^[^[\]{}\\]*$/, { error: () => texts.pattern })
    .refine((text) => text.isWellFormed() && !text.includes('\0'), { error: () => wire.input.notStorable });

/** A rule for the calls of a tool, per level; omitted levels are not affected. */
export const policyRule = z.strictObject({
  /** Name of a tool, or a pattern such as `github__*`. */
  tool: pattern(() => texts.noTool),
  /** Pattern of changed paths, such as `docs/**`; null: any path. */
  path: pattern(() => texts.noPath)
    .nullable()
    .default(null),
  off: decision.optional(),
  supervised: decision.optional(),
  autonomous: decision.optional(),
});
export type PolicyRule = z.infer<typeof policyRule>;

const amounts = z.strictObject({
  /** Input and output together. */
  tokens: z
    .int({ error: () => wire.input.wholeNumber })
    .min(1, { error: () => wire.input.atLeastOne })
    .max(1_000_000_000_000, { error: () => texts.less })
    .optional(),
  /** US dollars. */
  cost: z
    .number({ error: () => wire.input.number })
    .positive({ error: () => wire.input.moreThanZero })
    .max(1_000_000, { error: () => wire.input.atMostNumber(1_000_000) })
    .optional(),
});
export type DailyAmounts = z.infer<typeof amounts>;

/** Whose daily usage (UTC) a budget limits: each person's, each project's, or the organization's total. */
export const budgetScope = z.enum(['user', 'project', 'organization']);
export type BudgetScope = z.infer<typeof budgetScope>;

/** Allows some of these keys and no others; a record would accept `__proto__`. */
const forEach = <K extends string, S extends z.ZodType>(keys: readonly K[], schema: S) =>
  z.strictObject(Object.fromEntries(keys.map((key) => [key, schema.optional()])) as Record<K, z.ZodOptional<S>>);

export const policy = z
  .strictObject({
    rules: z
      .array(policyRule)
      .max(200, { error: () => texts.tooManyRules(200) })
      .default([]),
    /** The smallest role that may use a level. */
    levels: forEach(levels, actingRole).default({}),
    /** The smallest role that may approve. */
    approvers: actingRole.optional(),
    /** People who started or steered a run may not approve its requests. */
    fourEyes: z.literal(true).optional(),
    /** Unanswered requests are rejected after this many hours. */
    expireAfterHours: z
      .number({ error: () => wire.input.number })
      .positive({ error: () => wire.input.moreThanZero })
      .max(8760, { error: () => texts.atMostYear })
      .optional(),
    dailyBudgets: forEach(budgetScope.options, amounts).default({}),
  })
  .meta({ id: 'AutonomyPolicy' });
export type Policy = z.infer<typeof policy>;

export const emptyPolicy: Policy = policy.parse({});

/** The policies that apply in a project: the organization's, and the project's, which can only narrow it. */
export interface ProjectPolicies {
  readonly organization: Policy;
  readonly project: Policy | null;
}

const both = ({ organization, project }: ProjectPolicies): Policy[] => (project ? [organization, project] : [organization]);
const highest = (roles: readonly ActingRole[]): ActingRole => actingRole.options.findLast((one) => roles.includes(one)) ?? 'member';

/** By default, only admins and owners may use autonomous runs. */
export const DEFAULT_LEVEL_ROLES: Readonly<Record<Level, ActingRole>> = { off: 'member', supervised: 'member', autonomous: 'admin' };

/** The smallest role that may use a level. */
export function roleForLevel(policies: ProjectPolicies, level: Level): ActingRole {
  const own = policies.organization.levels[level] ?? DEFAULT_LEVEL_ROLES[level];
  return highest([own, policies.project?.levels[level] ?? 'member']);
}

/** The smallest role that may approve. */
export const roleForApproval = (policies: ProjectPolicies): ActingRole =>
  highest(both(policies).flatMap(({ approvers }) => approvers ?? []));

/** Whether people who started or steered a run may not approve its requests. */
export const needsFourEyes = (policies: ProjectPolicies): boolean => both(policies).some(({ fourEyes }) => fourEyes === true);

/** Hours after which unanswered requests are rejected; undefined: never. */
export function expiryOf(policies: ProjectPolicies): number | undefined {
  const hours = both(policies).flatMap(({ expireAfterHours }) => expireAfterHours ?? []);
  return hours.length > 0 ? Math.min(...hours) : undefined;
}

/** The daily budget; the smaller limit if both policies set one. */
export function dailyBudgetOf(policies: ProjectPolicies, scope: BudgetScope): DailyAmounts {
  const named = both(policies).flatMap(({ dailyBudgets }) => dailyBudgets[scope] ?? []);
  const smallest = (key: keyof DailyAmounts) => {
    const bounds = named.flatMap((one) => one[key] ?? []);
    return bounds.length > 0 ? { [key]: Math.min(...bounds) } : {};
  };
  return { ...smallest('tokens'), ...smallest('cost') };
}

/** A person may double a daily budget, once a day. */
export const raisedBudget = ({ tokens, cost }: DailyAmounts): DailyAmounts => ({
  ...(tokens !== undefined && { tokens: 2 * tokens }),
  ...(cost !== undefined && { cost: 2 * cost }),
});

/**
 * The level at which a person's run works: the wanted one, or the next lower one their role may use; undefined if none, as for people who
 * have left the organization.
 */
export function levelFor(policies: ProjectPolicies, role: Role | null, wanted: Level): Level | undefined {
  if (role === null) return undefined;
  return levels
    .slice(0, levels.indexOf(wanted) + 1)
    .reverse()
    .find((level) => atLeast(role, roleForLevel(policies, level)));
}
