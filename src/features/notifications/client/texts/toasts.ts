/** What toasts of notifications say. Apart from the settings, since every page loads it. */
export const texts = { open: 'Open' } as const;
