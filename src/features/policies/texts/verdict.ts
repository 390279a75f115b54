/** How the gate's verdict is explained to people and models. */
import type { ToolEffect } from '#features/tools/effect.ts';
import type { Decision, Level } from '../policy.ts';

const runsAt: Readonly<Record<Level, string>> = {
  off: 'Runs at the level off',
  supervised: 'Supervised runs',
  autonomous: 'Autonomous runs',
};
const does: Readonly<Record<ToolEffect, string>> = {
  none: 'read in the project',
  web: 'read web pages',
  project: 'change files',
  outside: 'act outside',
};
const says: Readonly<Record<Decision, string>> = { allow: 'allows', ask: 'asks before', deny: 'refuses' };
const owners = { organization: 'the organization', project: 'the project' } as const;

export const texts = {
  noLevel: 'The person this run works for may no longer use agents in this organization.',
  /** @param tool a name, or `*` for any */
  policy: (by: 'organization' | 'project', decision: Decision, tool: string | undefined, path: string | null | undefined) =>
    `The policy of ${owners[by]} ${says[decision]} ${tool === '*' ? 'any tool' : tool}${path ? ` at ${path}` : ''}.`,
  instructions: (path: string) => `${path} contains instructions for agents, so changes to it always need approval.`,
  level: (level: Level, effect: ToolEffect) => `${runsAt[level]} ask before they ${does[effect]}, even if a policy allows it.`,
  allowed: (level: Level, effect: ToolEffect) => `${runsAt[level]} ${does[effect]} without asking.`,
  asked: (level: Level, effect: ToolEffect) => `${runsAt[level]} ask before they ${does[effect]}.`,
} as const;
