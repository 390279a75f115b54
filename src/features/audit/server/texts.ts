/** What something gone is called in the audit log, and problems of requests about it. */
export const texts = {
  former: { project: 'a former project', run: 'a former run' },
  problems: {
    before: 'This is before the first day.',
    tooMany: (max: number) =>
      `These are more than ${max.toLocaleString('en')} entries. Choose fewer days, and export one part after the other.`,
  },
};
