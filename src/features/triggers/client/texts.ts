/** Texts of the screens of triggers. */
export const texts = {
  takeTheirs: 'Take theirs',
  changedMeanwhile: 'Someone changed this trigger meanwhile. Take theirs, and change it again.',
};
