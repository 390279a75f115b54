/** When PostgreSQL last answered this process, on any connection: distinguishes a hung database from a busy one. */

/** The event bus's connection queries every second, so a longer silence means that no response arrives. */
const SILENCE_MS = 1500;

export type Heartbeat = ReturnType<typeof createHeartbeat>;

export function createHeartbeat() {
  let answeredAt = performance.now();
  return {
    /** PostgreSQL has just answered. */
    beat(): void {
      answeredAt = performance.now();
    },
    isSilent: () => performance.now() - answeredAt > SILENCE_MS,
  };
}
