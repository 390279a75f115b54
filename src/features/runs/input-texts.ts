/** What is wrong with an input about runs. */
export const texts = {
  noMessage: 'Write a message.',
  messageTooLong: (max: number) => `A message has at most ${max.toLocaleString('en')} characters.`,
  timeZone: 'Write the name of a time zone, such as Europe/Berlin or UTC.',
  empty: 'Write something.',
  tooManyConstraints: (max: number) => `Name at most ${max} constraints.`,
  tooManySteps: (max: number) => `A plan has at most ${max} steps.`,
  noNote: 'Write a note, or leave it out.',
  noteTooLong: (max: number) => `A note has at most ${max.toLocaleString('en')} characters.`,
  noteNotStorable: 'The note contains a character that cannot be stored.',
  hash: 'This is no hash of an approval.',
  noTask: 'Say what the run is to do.',
  noModel: 'Name a model.',
};
