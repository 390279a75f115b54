/** Why a project's policy would not narrow that of its organization. */
import type { ActingRole, Decision, Level } from '../policy.ts';

export const texts = {
  /** @param tool a name or a pattern; `*` for any */
  rule: (ofOrganization: Decision, tool: string, level: Level, wanted: Decision) =>
    `The organization says ${ofOrganization} for ${tool === '*' ? 'any tool' : tool} at the level ${level}, so ${wanted} would have no effect. ${
      ofOrganization === 'ask' ? 'Choose ask or deny.' : 'Leave it out, or choose deny.'
    }`,
  level: (needed: ActingRole, level: Level, wanted: ActingRole) =>
    `The organization lets the role ${needed} use the level ${level}, so ${wanted} would have no effect. Choose ${needed} or a larger role.`,
  approvers: (needed: ActingRole, wanted: ActingRole) =>
    `The organization lets the role ${needed} approve, so ${wanted} would have no effect. Choose ${needed} or a larger role.`,
  expiry: (hours: number) => `The organization rejects after ${hours} hours. Choose at most as many.`,
  budget: (most: number) => `The organization allows ${most.toLocaleString('en')} a day. Choose at most as much.`,
};
