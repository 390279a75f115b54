/** Messages to try first. The built-in demo carries them out as well as any language model, and each does something to be seen. */
export const examples = [
  'Create notes/welcome.md saying Hello, team!',
  'Create plan.md with 1. draft, 2. review, 3. publish, then read plan.md',
  'Tell the time for 10 s, 5 times a second',
];
