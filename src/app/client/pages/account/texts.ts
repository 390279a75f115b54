/** What the pages of My settings say around the components of the features. */
export const texts = {
  title: 'My settings',
  profile: 'Profile',
  security: 'Security',
  tokens: 'Tokens',
  notifications: 'Notifications',
  appearance: 'Appearance',
  signOut: 'Sign out',
  told: 'Told lately',
  toldAbout: 'What went out to you, and what came of it.',
  notificationsAbout: 'What you are told, and how. E-mails and webhooks name what is asked and which files, never what they contain.',
  myNotifications: 'My notifications',
  theme: 'Theme',
  clock: 'Clock',
  inThisBrowser: 'Kept in this browser.',
} as const;
