/**
 * The gate allows, asks about or denies a tool call. It is one pure function of the call and of policies and grants; the server enforces
 * its verdict, and the screen uses it for previews.
 */

import { compilePath, matchesName } from '#features/files/glob.ts';
import { INSTRUCTIONS_PATH, isInstructionsFile } from '#features/files/instructions-file.ts';
import type { ToolEffect } from '#features/tools/effect.ts';
import type { Role } from '#wire/role.ts';
import {
  type Decision,
  decision as decisions,
  type Level,
  levelFor,
  type Policy,
  type PolicyRule,
  type ProjectPolicies,
} from './policy.ts';
import { texts } from './texts/verdict.ts';

export interface GatedCall {
  readonly tool: string;
  readonly effect: ToolEffect;
  /** Digest of the definition, for tools of tool servers. */
  readonly digest?: string | undefined;
  /** The paths the call would change; empty if they are not known yet, or if it changes nothing. */
  readonly paths: readonly string[];
}

/** The rule that decided. `tool` and `path` as written in the policy's rule; `default` with a path: a file whose changes always ask. */
export interface RuleRef {
  readonly by: 'role' | 'level' | 'default' | 'organization' | 'project';
  readonly tool?: string;
  readonly path?: string | null;
}

export interface Verdict {
  readonly decision: Decision;
  /** The level at which the run works; undefined if its person may use none. */
  readonly level: Level | undefined;
  readonly rule: RuleRef;
}

/** What a person has approved for the rest of a run: calls of a tool that ask because of the same rule. */
export interface Grant {
  readonly tool: string;
  /** Digest of the tool's definition: a different definition was not approved. */
  readonly digest?: string | undefined;
  readonly rule: RuleRef;
}

interface Gated {
  readonly level: Level;
  /** Role of the person the run works for; null if they have left the organization. */
  readonly role: Role | null;
  readonly policies: ProjectPolicies;
  readonly call: GatedCall;
  readonly granted: readonly Grant[];
}

/**
 * Reading the project never needs approval, autonomous runs may make reversible changes, and effects outside always ask, unless a policy
 * says otherwise.
 */
export const DEFAULT_DECISIONS: Readonly<Record<Level, Readonly<Record<ToolEffect, Decision>>>> = {
  off: { none: 'allow', web: 'ask', project: 'ask', outside: 'ask' },
  supervised: { none: 'allow', web: 'allow', project: 'ask', outside: 'ask' },
  autonomous: { none: 'allow', web: 'allow', project: 'allow', outside: 'ask' },
};

interface Ruling {
  decision: Decision;
  rule: RuleRef;
}

/** Later runs follow what an agent writes into its own instructions. */
const INSTRUCTIONS_ASK: Ruling = { decision: 'ask', rule: { by: 'default', path: INSTRUCTIONS_PATH } };

/** Whether a call changes agents' instructions. Then it needs a separate approval, whatever was approved for the rest of its run. */
export const changesInstructions = (paths: readonly string[]): boolean => paths.some(isInstructionsFile);

export function gate(gated: Gated): Verdict {
  const steps = evaluate(gated);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/**
 * The same without blocking the event loop: 200 patterns and 5,000 paths, all chosen by people, take seconds.
 * @param yieldNow awaited between two paths
 */
export async function gateInSlices(gated: Gated, yieldNow: () => Promise<void> | undefined): Promise<Verdict> {
  const steps = evaluate(gated);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    await yieldNow();
  }
}

/** Yields after each path. */
function* evaluate({ level: wanted, role, policies, call, granted }: Gated): Generator<undefined, Verdict> {
  const level = levelFor(policies, role, wanted);
  if (level === undefined) return { decision: 'deny', level, rule: { by: 'role' } };
  const instructions = new Set<string>();
  for (const path of call.paths) {
    if (isInstructionsFile(path)) instructions.add(path);
    yield;
  }
  // At the level off each change needs a separate click, whatever was approved.
  const grants =
    level === 'off' || instructions.size > 0 ? [] : granted.filter(({ tool, digest }) => tool === call.tool && digest === call.digest);
  const release = (ruling: Ruling): Ruling =>
    ruling.decision === 'ask' && grants.some(({ rule }) => isSameRule(rule, ruling.rule)) ? { ...ruling, decision: 'allow' } : ruling;
  const byDefault = release({ decision: DEFAULT_DECISIONS[level][call.effect], rule: { by: 'default' } });
  const own = yield* ruleOf('organization', policies.organization, { level, call, instructions, release }, byDefault);
  const byOwn: Ruling = { decision: 'allow', rule: own.rule };
  const narrowed = policies.project ? yield* ruleOf('project', policies.project, { level, call, instructions, release }, byOwn) : own;
  const ruling = strictest([own, narrowed]);
  const mustAsk = level === 'off' && call.effect !== 'none' && ruling.decision === 'allow';
  return mustAsk ? { decision: 'ask', rule: { by: 'level' }, level } : { ...ruling, level };
}

const isSameRule = (a: RuleRef, b: RuleRef): boolean =>
  a.by === b.by && (a.tool ?? null) === (b.tool ?? null) && (a.path ?? null) === (b.path ?? null);

/** The first of the equally strict ones. */
function strictest(rulings: readonly [Ruling, ...Ruling[]]): Ruling {
  const rank = ({ decision }: Ruling) => decisions.options.indexOf(decision);
  return rulings.reduce((found, next) => (rank(next) > rank(found) ? next : found), rulings[0]);
}

interface Ruled {
  level: Level;
  call: GatedCall;
  /** The call's paths that are agents' instructions. */
  instructions: ReadonlySet<string>;
  /** Lets through what a person has approved for the rest of the run: each rule that asks needs a grant. */
  release(ruling: Ruling): Ruling;
}

/**
 * The rulings of one policy. A rule for a path takes precedence over the rule for the tool, so a folder can be opened or closed; but a tool
 * that is denied as a whole stays denied. Changes to instructions ask, unless the path of a rule names that exact file: a rule for a
 * folder, or for all Markdown, was not meant for them.
 */
function* ruleOf(
  by: 'organization' | 'project',
  { rules }: Policy,
  { level, call, instructions, release }: Ruled,
  otherwise: Ruling,
): Generator<undefined, Ruling> {
  const said = rules.flatMap((rule): (Ruling & { of: PolicyRule })[] => {
    const decision = rule[level];
    if (!decision || !matchesName(rule.tool, call.tool)) return [];
    return [{ of: rule, ...release({ decision, rule: { by, tool: rule.tool, path: rule.path } }) }];
  });
  const forTool = nearest(
    said.filter(({ of }) => of.path === null),
    call.tool,
  );
  const whole: Ruling = forTool ?? otherwise;
  if (forTool?.decision === 'deny') return forTool;
  const ofPaths = said.flatMap((one) => (one.of.path === null ? [] : [{ ...one, names: compilePath(one.of.path) }]));
  let found: Ruling | undefined;
  // If several paths ask for equally strict reasons, the person sees the first.
  for (const path of [...instructions, ...call.paths.filter((each) => !instructions.has(each))]) {
    const fitting = ofPaths.filter(({ names }) => names(path));
    const [first, ...more] = fitting;
    const ofPath = first ? strictest([first, ...more]) : whole;
    const isNamed = fitting.some(({ of }) => isInstructionsFile(of.path ?? ''));
    const asks = by === 'organization' && instructions.has(path) && !isNamed;
    const ruling = asks ? strictest([INSTRUCTIONS_ASK, ofPath]) : ofPath;
    found = found ? strictest([found, ruling]) : ruling;
    yield;
  }
  return found ?? whole;
}

/** Of several rules for a tool, its exact name takes precedence over patterns, then the strictest applies. */
function nearest<T extends Ruling & { of: PolicyRule }>(said: readonly T[], tool: string): Ruling | undefined {
  const named = said.filter(({ of }) => of.tool === tool);
  const [first, ...more] = named.length > 0 ? named : said;
  return first && strictest([first, ...more]);
}

/** Explains the gate's verdict to people and models. */
export function explainVerdict({ decision, level, rule: { by, tool, path } }: Verdict, effect: ToolEffect): string {
  if (level === undefined) return texts.noLevel;
  if (by === 'organization' || by === 'project') return texts.policy(by, decision, tool, path);
  if (path) return texts.instructions(path);
  if (by === 'level') return texts.level(level, effect);
  return decision === 'allow' ? texts.allowed(level, effect) : texts.asked(level, effect);
}

/** Whether the tool is denied for every input. Then it is not offered to the model. */
export const isToolDenied = (gated: Omit<Gated, 'call' | 'granted'>, tool: Pick<GatedCall, 'tool' | 'effect'>): boolean =>
  gate({ ...gated, call: { ...tool, paths: [] }, granted: [] }).decision === 'deny';
