/** What the parts of every page say. */
export const texts = {
  offline: 'You are offline. What you type into files stays in this browser; saving works again with the connection.',
  path: 'Where this is',
  palette: {
    title: 'Commands',
    /** Modes. */
    modes: 'What to find',
    all: 'Everything',
    find: 'Find a command, project or file',
    nothing: (query: string) => `Nothing is called “${query}”. Try fewer letters.`,
  },
} as const;
