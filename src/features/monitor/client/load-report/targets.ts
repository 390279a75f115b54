/** The targets as the plots draw them; src/loadtest/targets.ts says why these. */
export const P95_TARGET_MS = 500;
export const ERROR_TARGET = 0.01;
