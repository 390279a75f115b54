/** From here on, dead rows are more than autovacuum leaves behind in passing: that many, and that share of the live ones. */
export const BLOATED = { min: 50_000, share: 0.3 };
