/** What announces a new request on any page. Apart from the other texts, since every page loads it. */
export const texts = {
  open: 'Open',
  budget: (project: string) => `A run in ${project} has used up its budget, and waits for you.`,
  call: (project: string, tool: string, path: string | undefined) =>
    `An agent in ${project} needs your decision: ${tool}${path ? ` ${path}` : ''}`,
} as const;
