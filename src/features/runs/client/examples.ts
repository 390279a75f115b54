/** Messages to try first. The built-in demo model handles them as well as any language model, and each has a visible effect. */
export const examples = [
  'Create notes/welcome.md saying Hello, team!',
  'Create plan.md with 1. draft, 2. review, 3. publish, then read plan.md',
  'Tell the time for 10 s, 5 times a second',
];
