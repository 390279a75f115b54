/** What signing in says, and asking for the password. Apart from the others, since every page loads it. */
export const texts = {
  about: 'Guildhall is the workspace where your team and its AI agents work on the same projects.',
  email: { label: 'Email', taken: 'There is already an account with this address. Sign in, or use another one.' },
  name: { label: 'Name' },
  password: {
    label: 'Password',
    new: 'New password',
    current: 'Current password',
    rule: 'Use at least 8 characters. The most common passwords are refused.',
    show: 'Show',
    hide: 'Hide',
    /** For screen readers. */
    showNamed: 'Show password',
    hideNamed: 'Hide password',
    wrong: 'Wrong password.',
  },
  signIn: {
    title: 'Sign in',
    action: 'Sign in',
    wrong: 'Wrong email or password.',
    forgot: 'Forgot your password?',
    newHere: 'New here?',
    signUp: 'Sign up',
  },
  signedOut: {
    ended: 'Your session has ended. What you typed is kept in this browser.',
    elsewhere: 'You signed out in another tab. What you typed is kept in this browser.',
    passwordReset: 'Your new password is set. Sign in with it.',
  },
  confirmIdentity: {
    title: 'Confirm it’s you',
    about: (email: string) => `This change is sensitive. Enter the password of ${email}; you won’t be asked again for ten minutes.`,
    action: 'Confirm',
  },
} as const;
