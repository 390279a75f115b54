/** How an entry of the audit log begins, and what is wrong with an input about them. */
export const texts = {
  run: (person: string) => `A run for ${person}`,
  schedule: (name: string, person: string) => `The schedule ${name}, for ${person},`,
  trigger: (name: string, person: string) => `The trigger ${name}, for ${person},`,
  something: 'something',
  day: 'Choose a day of this millennium.',
};
