/** The draft of a policy: its rules as rows of a matrix, amounts as typed. */
import { isStricter } from '#features/policies/narrowing.ts';
import {
  type ActingRole,
  type BudgetScope,
  budgetScope,
  type DailyAmounts,
  type Decision,
  type Level,
  levels,
  type Policy,
  type PolicyRule,
} from '#features/policies/policy.ts';
import { texts } from './texts/form.ts';

export type Row = PolicyRule;
type TypedAmounts = Record<keyof DailyAmounts, string>;

export interface Draft {
  /** Each pair of tool and path once. */
  rows: readonly Row[];
  levels: Partial<Record<Level, ActingRole | undefined>>;
  approvers: ActingRole | undefined;
  fourEyes: boolean;
  expireAfterHours: string;
  budgets: Record<BudgetScope, TypedAmounts>;
}

/** The unsaved draft, and the version of the policy it is based on. */
interface Edited {
  draft: Draft;
  basedOn: number;
}

/** @returns undefined if nothing stored fits the current form */
export function readEdited(stored: unknown): Edited | undefined {
  const edited = stored as Partial<Edited> | null;
  try {
    if (typeof edited?.basedOn !== 'number' || !edited.draft) return undefined;
    policyOf(edited.draft);
    return edited as Edited;
  } catch {
    return undefined;
  }
}

export const keyOf = ({ tool, path }: Pick<Row, 'tool' | 'path'>): string => JSON.stringify([tool, path]);

export function draftOf(policy: Policy): Draft {
  const typed = (scope: BudgetScope): TypedAmounts => {
    const { tokens, cost } = policy.dailyBudgets[scope] ?? {};
    return { tokens: tokens?.toString() ?? '', cost: cost?.toString() ?? '' };
  };
  return {
    rows: mergeRules(policy.rules),
    levels: policy.levels,
    approvers: policy.approvers,
    fourEyes: policy.fourEyes === true,
    expireAfterHours: policy.expireAfterHours?.toString() ?? '',
    budgets: { user: typed('user'), project: typed('project'), organization: typed('organization') },
  };
}

/** The strictest of several rules for the same tool and path applies, so one row is equivalent. */
function mergeRules(rules: readonly PolicyRule[]): Row[] {
  const rows = new Map<string, Row>();
  for (const rule of rules) {
    const row = rows.get(keyOf(rule)) ?? { tool: rule.tool, path: rule.path };
    for (const level of levels) {
      const [had, next] = [row[level], rule[level]];
      if (next && (!had || isStricter(next, had))) row[level] = next;
    }
    rows.set(keyOf(rule), row);
  }
  return [...rows.values()];
}

/** @returns the row with the new decision; without one, the level is cleared */
export function withDecision(
  rows: readonly Row[],
  target: Pick<Row, 'tool' | 'path'>,
  level: Level,
  decision: Decision | undefined,
): Row[] {
  const found = rows.find((row) => keyOf(row) === keyOf(target));
  const { [level]: _, ...rest } = found ?? { tool: target.tool, path: target.path };
  const changed: Row = decision ? { ...rest, [level]: decision } : rest;
  return found ? rows.map((row) => (row === found ? changed : row)) : [...rows, changed];
}

/** @returns the policy to send, and the problem of each invalid amount by its path in the policy */
export function policyOf(draft: Draft): { policy: Policy; wrong: Record<string, string> } {
  const wrong: Record<string, string> = {};
  const read = (path: string, text: string, whole: boolean): number | undefined => {
    const plain = text.replace(/[\s_,]/g, '').replace(/^US\$|^\$/, '');
    if (plain === '') return undefined;
    if ((whole ? /^\d+$/ : /^\d+(\.\d+)?$/).test(plain) && Number(plain) > 0) return Number(plain);
    wrong[path] = whole ? texts.limits.wholeNumber : texts.limits.number;
    return undefined;
  };
  const policy: Policy = { rules: draft.rows.filter((row) => levels.some((level) => row[level])), levels: {}, dailyBudgets: {} };
  for (const level of levels) if (draft.levels[level]) policy.levels[level] = draft.levels[level];
  if (draft.approvers) policy.approvers = draft.approvers;
  if (draft.fourEyes) policy.fourEyes = true;
  const hours = read('expireAfterHours', draft.expireAfterHours, false);
  if (hours !== undefined) policy.expireAfterHours = hours;
  for (const scope of budgetScope.options) {
    const tokens = read(`dailyBudgets.${scope}.tokens`, draft.budgets[scope].tokens, true);
    const cost = read(`dailyBudgets.${scope}.cost`, draft.budgets[scope].cost, false);
    const amounts = { ...(tokens !== undefined && { tokens }), ...(cost !== undefined && { cost }) };
    if (Object.keys(amounts).length > 0) policy.dailyBudgets[scope] = amounts;
  }
  return { policy, wrong };
}

/** @returns why the row cannot be added */
export function rowProblem(rows: readonly Row[], { tool, path }: Row): string | undefined {
  if (path === null && !/[*?]/.test(tool)) return texts.rule.needsPath;
  return rows.some((row) => keyOf(row) === keyOf({ tool, path })) ? texts.rule.exists : undefined;
}
