/** What the switcher of organizations says. Apart from the settings, since every page loads it. */
export const texts = {
  label: (name: string) => `Organization: ${name}`,
  /** For screen readers, before the name. */
  prefix: 'Organization: ',
  create: 'New organization',
  createTitle: 'New organization',
  createAction: 'Create organization',
  createAbout: 'You become its owner. Invite people once it exists.',
  name: 'Name',
  namePlaceholder: 'Analytical Engines',
} as const;
