import { gate, type RuleRef } from '#features/policies/gate.ts';
import { decisionOf, isAlwaysAsked, isStricter } from '#features/policies/narrowing.ts';
import { type Decision, decision, type Level, type Policy } from '#features/policies/policy.ts';
import type { PolicyTool } from '#features/tools/contract.ts';
import { keyOf, type Row } from './draft.ts';
import { texts } from './texts/form.ts';

const words = texts.matrix;

export interface Line {
  tool: string;
  path: string | null;
  /** Undefined for a pattern, and for an unknown tool. */
  known: PolicyTool | undefined;
}

interface Group {
  title: string;
  lines: Line[];
}

/** @param rows of all policies shown */
export function groupLines(tools: readonly PolicyTool[], rows: readonly Row[]): Group[] {
  const known = new Set(tools.map(({ name }) => name));
  const groups = new Map<string, Line[]>();
  const add = (title: string, lines: Line[]) => groups.set(title, [...(groups.get(title) ?? []), ...lines]);
  const isPattern = ({ tool }: Row) => /[*?]/.test(tool);
  const several = once(rows.filter(isPattern));
  if (several.length > 0)
    add(
      words.groups.several,
      several.map(({ tool, path }) => ({ tool, path, known: undefined })),
    );
  for (const effect of ['none', 'web', 'project', 'outside'] as const) {
    for (const tool of tools.filter((one) => one.effect === effect)) {
      const title = effect === 'outside' ? words.outside(tool.server) : words.groups[effect];
      const paths = once(rows.filter((row) => row.tool === tool.name && row.path !== null));
      add(title, [{ tool: tool.name, path: null, known: tool }, ...paths.map(({ path }) => ({ tool: tool.name, path, known: tool }))]);
    }
  }
  const away = once(rows.filter((row) => !isPattern(row) && !known.has(row.tool)));
  if (away.length > 0)
    add(
      words.away,
      away.map(({ tool, path }) => ({ tool, path, known: undefined })),
    );
  return [...groups].map(([title, lines]) => ({ title, lines }));
}

const once = (rows: readonly Row[]): Row[] => [...new Map(rows.map((row) => [keyOf(row), row])).values()];

/** The edited policy: the organization's, or a project's below it. */
export interface Edited {
  own: Policy;
  /** The policy above the edited one; undefined if the organization's is edited. */
  above: Policy | undefined;
}

export interface Cell {
  /** The decision of the edited policy itself. */
  said: Decision | undefined;
  /** What applies while the policy has no decision; undefined if that depends on the call. */
  otherwise: { decision: Decision; why: string } | undefined;
  /** The project's decision has no effect, because the organization's is stricter; it may have become so later. */
  idle: boolean;
  /** The decisions to choose from. */
  offered: readonly Decision[];
}

export function cellOf({ own, above }: Edited, line: Line, level: Level): Cell {
  const said = decisionLabelOf(own, line, level);
  const aboveSays = above && decisionLabelOf(above, line, level);
  const otherwise = line.known && line.path === null ? withoutWord({ own, above }, line, level) : aboveSays && inherited(aboveSays);
  const floor = above ? (line.known && line.path === null ? decisionOf(above, line.known, level) : aboveSays) : undefined;
  const isAsked = line.path !== null ? level === 'off' : line.known !== undefined && isAlwaysAsked(level, line.known.effect);
  // In a project, `allow` is useful only for a path: it reopens what the project itself has closed.
  const mayAllow = !isAsked && (above === undefined || line.path !== null);
  const fits = (one: Decision) => (one !== 'allow' || mayAllow) && (floor === undefined || isStricter(one, floor));
  const idle = said !== undefined && floor !== undefined && isStricter(floor, said);
  return { said, otherwise, idle, offered: decision.options.filter((one) => fits(one) || one === said) };
}

const inherited = (decided: Decision) => ({ decision: decided, why: words.why.inherited });

/** The strictest decision of the rules for exactly this tool and path. */
function decisionLabelOf({ rules }: Policy, line: Line, level: Level): Decision | undefined {
  const said = rules.flatMap((rule) => (keyOf(rule) === keyOf(line) ? (rule[level] ?? []) : []));
  return decision.options.findLast((one) => said.includes(one));
}

/** What applies to a tool as a whole if the edited policy has no rule for it. */
function withoutWord({ own, above }: Edited, line: Line, level: Level): Cell['otherwise'] {
  if (!line.known) return undefined;
  const rest: Policy = { ...own, rules: own.rules.filter((rule) => keyOf(rule) !== keyOf(line)) };
  const policies = above ? { organization: above, project: rest } : { organization: rest, project: null };
  const call = { tool: line.known.name, effect: line.known.effect, paths: [] };
  // An owner may use every level, so only rules and defaults decide.
  const { decision: decided, rule } = gate({ level, role: 'owner', policies, call, granted: [] });
  return { decision: decided, why: describeWhy(rule, above !== undefined) };
}

function describeWhy({ by }: RuleRef, inProject: boolean): string {
  if (by === 'organization') return inProject ? words.why.inherited : words.why.rule;
  return by === 'project' ? words.why.rule : words.why.default;
}
