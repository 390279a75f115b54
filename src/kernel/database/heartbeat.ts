/** When PostgreSQL last answered anything to this process, on any connection: tells a database that hangs from one that is busy. */

/** The event bus's connection asks every second, so a longer silence means that nothing comes back. */
const SILENCE_MS = 1500;

export type Heartbeat = ReturnType<typeof createHeartbeat>;

export function createHeartbeat() {
  let answeredAt = performance.now();
  return {
    /** PostgreSQL has answered just now. */
    beat(): void {
      answeredAt = performance.now();
    },
    isSilent: () => performance.now() - answeredAt > SILENCE_MS,
  };
}
