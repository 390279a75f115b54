const origins = { schedule: 'schedule', trigger: 'trigger' };

/** Words of entries that the page and the exported lines share. */
export const texts = {
  run: (person: string) => `A run for ${person}`,
  /** At the start of a sentence. */
  startedBy: (kind: keyof typeof origins, name: string, person: string) => `The ${origins[kind]} ${name}, for ${person},`,
  unknownSubject: 'something',
  /** What is wrong with a date that was entered. */
  day: 'Choose a day of this millennium.',
} as const;
