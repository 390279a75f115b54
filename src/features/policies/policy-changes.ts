/** Describes the differences between two policies, for a person about to save one and for the audit log. */
import { budgetScope, type DailyAmounts, DEFAULT_LEVEL_ROLES, type Level, levels, type Policy, type PolicyRule } from './policy.ts';
import { texts } from './texts/changes.ts';

export interface PolicyChange {
  what: string;
  before: string;
  after: string;
}

const toolLabel = (tool: string): string => (tool === '*' ? texts.anyTool : tool);

export function listPolicyChanges(before: Policy, after: Policy): PolicyChange[] {
  const all: PolicyChange[] = [...ruleChanges(before.rules, after.rules), ...roleChanges(before, after), ...budgetChanges(before, after)];
  return all.filter((change) => change.before !== change.after);
}

function ruleChanges(before: readonly PolicyRule[], after: readonly PolicyRule[]): PolicyChange[] {
  const targets = new Map([...before, ...after].map((rule) => [keyOf(rule), rule]));
  return [...targets].flatMap(([key, target]) =>
    levels.map((level) => ({
      what: texts.rule(toolLabel(target.tool), target.path, level),
      before: describeDecisions(before, key, level),
      after: describeDecisions(after, key, level),
    })),
  );
}

const keyOf = ({ tool, path }: PolicyRule) => JSON.stringify([tool, path]);

/** Several rules may name the same tool and path; the strictest applies, and all are listed. */
function describeDecisions(rules: readonly PolicyRule[], key: string, level: Level): string {
  const said = rules.flatMap((rule) => (keyOf(rule) === key ? (rule[level] ?? []) : []));
  return said.length > 0 ? texts.list([...new Set(said)].sort().map((one) => texts.decisions[one])) : texts.noRule;
}

function roleChanges(before: Policy, after: Policy): PolicyChange[] {
  const roleOf = (policy: Policy, level: Level) => {
    const role = policy.levels[level];
    return role ? texts.roles[role] : texts.byDefault(texts.roles[DEFAULT_LEVEL_ROLES[level]]);
  };
  const ofLevels = levels.map((level) => ({
    what: texts.levelRole(level),
    before: roleOf(before, level),
    after: roleOf(after, level),
  }));
  const approvers = ({ approvers }: Policy) => (approvers ? texts.roles[approvers] : texts.byDefault(texts.roles.member));
  const ownRuns = ({ fourEyes }: Policy) => (fourEyes ? texts.notAllowed : texts.allowed);
  const expiry = ({ expireAfterHours: hours }: Policy) => (hours === undefined ? texts.never : texts.hours(hours));
  return [
    ...ofLevels,
    { what: texts.approvers, before: approvers(before), after: approvers(after) },
    { what: texts.ownRuns, before: ownRuns(before), after: ownRuns(after) },
    { what: texts.expiry, before: expiry(before), after: expiry(after) },
  ];
}

function budgetChanges(before: Policy, after: Policy): PolicyChange[] {
  return budgetScope.options.map((scope) => ({
    what: texts.budget(scope),
    before: formatAmounts(before.dailyBudgets[scope]),
    after: formatAmounts(after.dailyBudgets[scope]),
  }));
}

function formatAmounts({ tokens, cost }: DailyAmounts = {}): string {
  const said = [...(cost === undefined ? [] : [texts.dollars(cost)]), ...(tokens === undefined ? [] : [texts.tokens(tokens)])];
  return said.length > 0 ? texts.list(said) : texts.noBudget;
}
