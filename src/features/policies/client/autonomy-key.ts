/**
 * Prefix of the keys of everything that policies and the switch determine. In a separate file, because every page subscribes to the switch.
 */
export const autonomyKey = ['autonomy'];
