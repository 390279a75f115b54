/** What the choice of a theme and of a clock says. */
export const texts = {
  clock: { title: 'Clock', language: 'As in your language', '12': '12 hours', '24': '24 hours' },
  theme: { title: 'Theme', system: 'System', light: 'Light', dark: 'Dark' },
} as const;
