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
  /** Those that the model may call. */
  tools: readonly { name: string; effect: ToolEffect }[];
}

/** Names of tools that are listed. */
const MAX_NAMED = 40;
const MAX_NAME = 200;

const modes: Readonly<Record<Level, string>> = {
  off: 'You work in the mode “Ask about everything”: you read and propose, and each change needs a person’s approval of its own.',
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
      ? 'None of your tools waits for a person, except for changes to an AGENTS.md, or where a rule for a path says so.'
      : `A person is asked when you call ${listNames(asking)}. Call the tool without asking for permission in words; the call waits for the decision. If it is rejected, do not try the same in another way.`,
  ].join('\n');
}

function describeOrigin({ origin, origin_name: name, user_name: person }: Situation['run']): string[] {
  if (origin === 'person') return [];
  const which = name === null ? `A ${origin}` : `The ${origin} “${quotable(name)}”`;
  return [
    `${which} started this run on behalf of ${quotable(person ?? 'a former member')}. Probably nobody is reading along, so do not end with a question: decide what you can, and say what you assumed.`,
  ];
}

function listNames(tools: readonly { name: string }[]): string {
  const names = tools.slice(0, MAX_NAMED).map(({ name }) => name);
  const more = tools.length - names.length;
  return names.join(', ') + (more > 0 ? ` and ${more} more` : '');
}

const quotable = (name: string): string => cut(name.replace(/\s+/g, ' '), MAX_NAME);
