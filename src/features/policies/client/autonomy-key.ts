/** Begins the key of everything that policies and the switch decide. Alone in its file, because every page listens to the switch. */
export const autonomyKey = ['autonomy'];
