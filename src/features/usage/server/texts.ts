/** What usage that belongs to nobody is called, and problems of requests about usage. */
import type { Role } from '#wire/role.ts';

export const texts = {
  deleted: { project: 'Deleted projects', user: 'Deleted accounts' },
  formerMember: (name: string) => `${name} (former member)`,
  problems: {
    tooManyLines: (max: number) => `This would be more than ${max.toLocaleString('en')} lines. Choose a shorter period.`,
    ownOnly: (role: Role) => `This shows you your own usage; what others have used, admins see. Your role is ${role}.`,
    before: 'This is before the first day.',
    tooLong: (max: number, days: number) => `A period has at most ${max} days; this one has ${days}.`,
  },
};
