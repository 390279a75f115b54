/**
 * Prefix of the keys of everything that a change of an AGENTS.md, or its acceptance, may affect. In a separate file, because every page
 * subscribes to it.
 */
export const instructionsKey = ['instructions'];
