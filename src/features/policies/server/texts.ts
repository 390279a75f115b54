/** Problems of requests that a policy does not allow, or that change one. */
import type { Level } from '#features/policies/policy.ts';
import type { Role } from '#wire/role.ts';

export const texts = {
  problems: {
    /** @param lower the highest level that the role may use */
    level: (level: Level, required: Role, own: Role | null, lower: Level | undefined) =>
      `The level ${level} needs the role ${required} here; yours is ${own ?? 'none'}.${lower ? ` Choose ${lower}, or ask an admin.` : ''}`,
    approver: (required: Role, own: Role | null) =>
      `To decide this needs the role ${required} here; yours is ${own ?? 'none'}. Ask an admin.`,
    switchedOff: (by: string) => `${by} switched autonomy off in this organization. An admin can switch it on again.`,
    changedMeanwhile: (by = 'Somebody') => `${by} changed this policy meanwhile. Compare with the one that holds, then save again.`,
  },
};
