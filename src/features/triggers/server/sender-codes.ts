/** Why a trigger was not started, where only the sender of the message can do something about it: its owner is not notified of these. */
export const senderCodes: readonly string[] = ['timestamp_off', 'replayed', 'paused', 'rate_limited'];
