/** Begins the key of everything that a change of an AGENTS.md, or its acceptance, may have changed. Alone, as every page listens to it. */
export const instructionsKey = ['instructions'];
