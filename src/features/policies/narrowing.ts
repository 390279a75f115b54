import { matchesName } from '#features/files/glob.ts';
import type { PolicyTool } from '#features/tools/contract.ts';
import { DEFAULT_DECISIONS, gate } from './gate.ts';
import {
  actingRole,
  type BudgetScope,
  budgetScope,
  type Decision,
  decision as decisions,
  type Level,
  levels,
  type Policy,
  type PolicyRule,
  roleForApproval,
  roleForLevel,
} from './policy.ts';
import { texts } from './texts/narrowing.ts';

interface Widening {
  /** The path in the project's policy: `rules.3.supervised`. */
  path: string;
  message: string;
}

export const isStricter = (one: Decision, other: Decision): boolean => decisions.options.indexOf(one) > decisions.options.indexOf(other);

/** The organization's decision about a tool, for any input. */
export function decisionOf(organization: Policy, { name, effect }: Pick<PolicyTool, 'name' | 'effect'>, level: Level): Decision {
  // An owner may use every level, so only rules and defaults decide.
  const policies = { organization, project: null };
  return gate({ level, role: 'owner', policies, call: { tool: name, effect, paths: [] }, granted: [] }).decision;
}

/**
 * @param tools those that the organization's runs may use; rules for other tools are not checked
 * @param yieldNow awaited between two rules, since there may be many rules and tools
 */
export async function findWidening(
  organization: Policy,
  project: Policy,
  tools: readonly PolicyTool[],
  yieldNow: () => Promise<void> | undefined,
): Promise<Widening[]> {
  const known = new Map<string, Decision>();
  const decisionFor: DecisionFor = (tool, level) => {
    const key = `${level} ${tool.name}`;
    const decision = known.get(key) ?? decisionOf(organization, tool, level);
    known.set(key, decision);
    return decision;
  };
  const found: Widening[] = [];
  for (const [index, rule] of project.rules.entries()) {
    found.push(...wideningRule(decisionFor, rule, index, tools));
    await yieldNow();
  }
  return [...found, ...wideningRoles(organization, project), ...wideningBudgets(organization, project)];
}

/** The organization's decision; cached, since many rules ask for the same one. */
type DecisionFor = (tool: PolicyTool, level: Level) => Decision;

/**
 * Checks only rules for whole tools: a rule for a path may reopen what the project itself has closed. A pattern is reported if it has no
 * effect for any existing tool.
 */
function wideningRule(decisionFor: DecisionFor, rule: PolicyRule, index: number, tools: readonly PolicyTool[]): Widening[] {
  if (rule.path !== null) return [];
  const meant = tools.filter(({ name }) => matchesName(rule.tool, name));
  return levels.flatMap((level) => {
    const wanted = rule[level];
    if (wanted === undefined || wanted === 'deny' || meant.length === 0) return [];
    const [allowed, ...others] = meant.map((tool) => decisionFor(tool, level));
    if (!allowed || ![allowed, ...others].every((one) => isStricter(one, wanted))) return [];
    const mildest = others.reduce((found, one) => (isStricter(found, one) ? one : found), allowed);
    return [{ path: `rules.${index}.${level}`, message: texts.rule(mildest, rule.tool, level, wanted) }];
  });
}

const isBelow = (role: (typeof actingRole.options)[number], other: typeof role) =>
  actingRole.options.indexOf(role) < actingRole.options.indexOf(other);

function wideningRoles(organization: Policy, { levels: roles, approvers, expireAfterHours: hours }: Policy): Widening[] {
  const policies = { organization, project: null };
  const ofLevels = levels.flatMap((level) => {
    const [role, needed] = [roles[level], roleForLevel(policies, level)];
    if (!role || !isBelow(role, needed)) return [];
    return [{ path: `levels.${level}`, message: texts.level(needed, level, role) }];
  });
  const needed = roleForApproval(policies);
  const ofApproval = approvers &&
    isBelow(approvers, needed) && {
      path: 'approvers',
      message: texts.approvers(needed, approvers),
    };
  const most = organization.expireAfterHours;
  const ofExpiry = hours !== undefined && most !== undefined && hours > most && { path: 'expireAfterHours', message: texts.expiry(most) };
  return [...ofLevels, ...(ofApproval ? [ofApproval] : []), ...(ofExpiry ? [ofExpiry] : [])];
}

const wideningBudgets = (organization: Policy, project: Policy): Widening[] =>
  budgetScope.options.flatMap((scope: BudgetScope) =>
    (['tokens', 'cost'] as const).flatMap((amount) => {
      const [wanted, most] = [project.dailyBudgets[scope]?.[amount], organization.dailyBudgets[scope]?.[amount]];
      if (wanted === undefined || most === undefined || wanted <= most) return [];
      return [{ path: `dailyBudgets.${scope}.${amount}`, message: texts.budget(most) }];
    }),
  );

/** At the level off only reading is allowed without a click, so there is nothing to choose. */
export const isAlwaysAsked = (level: Level, effect: PolicyTool['effect']): boolean =>
  level === 'off' && DEFAULT_DECISIONS.off[effect] === 'ask';
