/** Begins the key of all that a change of an AGENTS.md, or its acceptance, may have changed. */
export const instructionsKey = ['instructions'];
