/** Describes the differences between two policies, for a person about to save one and for the audit log. */
import { type DailyAmounts, DEFAULT_LEVEL_ROLES, type Level, levels, type Policy, type PolicyRule } from './policy.ts';

export interface PolicyChange {
  what: string;
  before: string;
  after: string;
}

export const toolLabel = (tool: string): string => (tool === '*' ? 'any tool' : tool);
const describeRuleTarget = ({ tool, path }: Pick<PolicyRule, 'tool' | 'path'>): string => toolLabel(tool) + (path ? ` at ${path}` : '');

const unsaid = 'no rule';
const scopes = { user: 'each person', project: 'each project', organization: 'the organization' } as const;

export function listPolicyChanges(before: Policy, after: Policy): PolicyChange[] {
  const all: PolicyChange[] = [...ruleChanges(before.rules, after.rules), ...roleChanges(before, after), ...budgetChanges(before, after)];
  return all.filter((change) => change.before !== change.after);
}

function ruleChanges(before: readonly PolicyRule[], after: readonly PolicyRule[]): PolicyChange[] {
  const targets = new Map([...before, ...after].map((rule) => [keyOf(rule), rule]));
  return [...targets].flatMap(([key, target]) =>
    levels.map((level) => ({
      what: `${describeRuleTarget(target)}, ${level}`,
      before: describeDecisions(before, key, level),
      after: describeDecisions(after, key, level),
    })),
  );
}

const keyOf = ({ tool, path }: PolicyRule) => JSON.stringify([tool, path]);

/** Several rules may name the same tool and path; the strictest applies, and all are listed. */
function describeDecisions(rules: readonly PolicyRule[], key: string, level: Level): string {
  const said = rules.flatMap((rule) => (keyOf(rule) === key ? (rule[level] ?? []) : []));
  return said.length > 0 ? [...new Set(said)].sort().join(' and ') : unsaid;
}

function roleChanges(before: Policy, after: Policy): PolicyChange[] {
  const ofLevels = levels.map((level) => ({
    what: `who may use the level ${level}`,
    before: before.levels[level] ?? `${DEFAULT_LEVEL_ROLES[level]}, by default`,
    after: after.levels[level] ?? `${DEFAULT_LEVEL_ROLES[level]}, by default`,
  }));
  const approvers = ({ approvers }: Policy) => approvers ?? 'member, by default';
  const ownRuns = ({ fourEyes }: Policy) => (fourEyes ? 'not allowed' : 'allowed');
  const expiry = ({ expireAfterHours: hours }: Policy) => (hours === undefined ? 'never' : `${hours} h`);
  return [
    ...ofLevels,
    { what: 'who may approve', before: approvers(before), after: approvers(after) },
    { what: 'approval by people who started or steered the run', before: ownRuns(before), after: ownRuns(after) },
    { what: 'unanswered requests are rejected after', before: expiry(before), after: expiry(after) },
  ];
}

function budgetChanges(before: Policy, after: Policy): PolicyChange[] {
  return (Object.keys(scopes) as (keyof typeof scopes)[]).map((scope) => ({
    what: `daily budget of ${scopes[scope]}`,
    before: formatAmounts(before.dailyBudgets[scope]),
    after: formatAmounts(after.dailyBudgets[scope]),
  }));
}

function formatAmounts({ tokens, cost }: DailyAmounts = {}): string {
  const said = [
    ...(cost === undefined ? [] : [`US$ ${cost.toLocaleString('en')}`]),
    ...(tokens === undefined ? [] : [`${tokens.toLocaleString('en')} ${tokens === 1 ? 'token' : 'tokens'}`]),
  ];
  return said.join(' and ') || 'none';
}
