import { gate } from '#features/policies/gate.ts';
import { type Level, levelFor } from '#features/policies/policy.ts';
import type { Rules } from '#features/policies/server/policies.ts';
import type { OriginKind } from '#features/runs/contract.ts';
import type { ToolEffect } from '#features/tools/effect.ts';
import { cut } from '../../characters.ts';

interface Situation {
  project: string;
  run: { level: Level; origin: OriginKind; origin_name: string | null; user_name: string | null };
  rules: Pick<Rules, 'role' | 'policies'>;
  /** Tools the model may call. */
  tools: readonly { name: string; effect: ToolEffect }[];
}

/** Tool names listed. */
const MAX_NAMED = 40;
const MAX_NAME = 200;

const modes: Readonly<Record<Level, string>> = {
  off: 'You work in the mode “Ask about everything”: you read and propose; each change needs its own approval from a person.',
  supervised: 'You work in the mode “Ask before changes”: you read freely, and a person approves what you change.',
  autonomous: 'You work in the mode “Work on your own”: you change files without asking, within your limits.',
};

export function describeSituation({ project, run, rules: { role, policies }, tools }: Situation): string {
  const level = levelFor(policies, role, run.level) ?? run.level;
  const asking = tools.filter(
    ({ name, effect }) => gate({ level, role, policies, call: { tool: name, effect, paths: [] }, granted: [] }).decision === 'ask',
  );
  return [
    `The project is called “${quotable(project)}”.`,
    ...describeOrigin(run),
    modes[level],
    asking.length === 0
      ? 'Your tools need no approval, except for changes to an AGENTS.md file or where a rule for a path requires it.'
      : `These tools need approval from a person: ${listNames(asking)}. Call them directly instead of asking for permission in text; the call waits for the answer. If a call is rejected, do not try to do the same thing another way.`,
  ].join('\n');
}

function describeOrigin({ origin, origin_name: name, user_name: person }: Situation['run']): string[] {
  if (origin === 'person') return [];
  const which = name === null ? `A ${origin}` : `The ${origin} “${quotable(name)}”`;
  return [
    `${which} started this run on behalf of ${quotable(person ?? 'a former member')}. Probably nobody is watching, so do not end with a question: decide what you can, and state your assumptions.`,
  ];
}

function listNames(tools: readonly { name: string }[]): string {
  const names = tools.slice(0, MAX_NAMED).map(({ name }) => name);
  const more = tools.length - names.length;
  return names.join(', ') + (more > 0 ? ` and ${more} more` : '');
}

const quotable = (name: string): string => cut(name.replace(/\s+/g, ' '), MAX_NAME);
