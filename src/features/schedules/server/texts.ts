/** Why a due time started no run, and problems of requests about schedules. */
import { texts as wire } from '#wire/texts.ts';

export const texts = {
  /** Of a schedule whose message has no visible letter. */
  name: 'Schedule',
  stillGoing: (title: string) => `The run before, “${title}”, was still going.`,
  missed: 'No server could see to it in time.',
  failed: 'Something went wrong on the server when this was to start. It has been logged.',
  problems: {
    stillGoing: (title: string) => `Its run “${title}” is still going. Wait for its end or stop it, or let several be at work at a time.`,
    notYours: (person = wire.formerMember) => `This works on behalf of ${person}. Ask them or an admin to change it.`,
    tooMany: (max: number) => `A project has at most ${max} schedules. Delete one that nobody needs any more.`,
    changedMeanwhile: 'Someone changed this schedule meanwhile. Compare with how it is now, then save again.',
  },
};
