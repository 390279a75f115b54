/** Begins the key of all that policies and the switch decide. */
export const autonomyKey = ['autonomy'];
