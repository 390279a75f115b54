/**
 * Bounds of the buckets in which response times are counted; half a second is the guide's bound for the p95. The samples in the database
 * count in the same buckets: new bounds need a new name there (`requests` in features/monitor/server/samples/sample.ts).
 */
export const RESPONSE_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
