/** What signing up says, and the pages that emails lead to. */
export const texts = {
  signUp: {
    title: 'Sign up',
    action: 'Sign up',
    haveAccount: 'Already have an account?',
    signIn: 'Sign in',
    invited: (by: string, organization: string) => `${by} invited you to ${organization}.`,
    invitedAddress: 'The invitation is for this address.',
    lookingUp: 'Looking up your invitation',
  },
  forgot: {
    title: 'Forgot your password?',
    about: 'Enter the address you sign in with. You get an email with a link that sets a new password.',
    action: 'Send the link',
    backTo: 'Remembered it?',
    again: 'Use another address',
  },
  reset: {
    title: 'Set a new password',
    action: 'Set password',
    about: 'You will be signed out everywhere.',
    expired: 'This link has expired or has already been used.',
    missing: 'This link is incomplete. Open it from the email again, or copy all of it.',
    newLink: 'Get a new link',
  },
  verify: {
    title: 'Confirm your email address',
    about: 'Click the button to finish. Nothing happens until you do.',
    action: 'Confirm address',
    done: (email: string) => `${email} is confirmed.`,
    goOn: 'Go to Guildhall',
    expired: 'This link has expired or has already been used. Sign in and send yourself a new one under My settings, Security.',
    toSettings: 'Open security settings',
  },
} as const;
