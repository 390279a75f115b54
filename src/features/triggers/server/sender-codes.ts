/** Reasons for not starting a trigger that only the sender can fix; the owner is not notified of these. */
export const senderCodes: readonly string[] = ['timestamp_off', 'replayed', 'paused', 'rate_limited'];
