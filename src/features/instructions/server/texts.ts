/** Problems of requests about instructions. */
import type { Level } from '#features/policies/policy.ts';
import type { Role } from '#wire/role.ts';

export const texts = {
  problems: {
    changedMeanwhile: (path: string) =>
      `${path} was changed again since you read it, so nothing was accepted. Read what it says now, then decide.`,
    mayNotAccept: (level: Level, required: Role, own: Role | null) =>
      `Schedules and triggers start runs of the level ${level} here. To accept what those are told needs the role ${required}; yours is ${own ?? 'none'}. Ask an admin.`,
  },
};
