/** The targets as drawn in plots; src/loadtest/targets.ts explains them. */
export const P95_TARGET_MS = 500;
export const ERROR_TARGET = 0.01;
