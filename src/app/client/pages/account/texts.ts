/** What the pages of My settings say around the components of the features. */
export const texts = {
  title: 'My settings',
  profile: { name: 'Profile', about: 'Your name and picture' },
  security: { name: 'Security', about: 'Email, password and where you are signed in' },
  tokens: { name: 'Tokens', about: 'Access to the API for scripts' },
  notifications: { name: 'Notifications', about: 'What you hear of, and how' },
  appearance: { name: 'Appearance', about: 'Theme and clock' },
  signOut: 'Sign out',
  told: 'Told lately',
  toldAbout: 'What went out to you, and what came of it.',
  notificationsAbout: 'What you are told, and how. Emails and webhooks name what is asked and which files, never what they contain.',
  myNotifications: 'My notifications',
  theme: 'Theme',
  clock: 'Clock',
  inThisBrowser: 'Kept in this browser.',
} as const;
