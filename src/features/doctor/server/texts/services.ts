/** What the checks of stored secrets, mail and models say, and the test email. */
export const texts = {
  sealed: {
    none: 'No secrets are stored.',
    ok: (total: number) => (total === 1 ? 'The stored secret opens.' : `All ${total} stored secrets open.`),
    old: (old: number, total: number) => ({
      detail: `${old} of ${total} stored secrets need an older key of ENCRYPTION_KEY.`,
      advice: 'Run npm run reseal. Until it says that all are sealed with the first key, keep the older ones.',
    }),
    unreadable: (list: string, more: number) => ({
      detail: `No key in ENCRYPTION_KEY opens ${list}${more > 0 ? ` and ${more} more` : ''}.`,
      advice: 'Add the key that sealed them to ENCRYPTION_KEY, after a comma, or enter these secrets again on screen.',
    }),
    noKey: (total: number) => ({
      detail: `${total} secrets are stored, and ENCRYPTION_KEY is not set, so none can be used.`,
      advice: 'Set ENCRYPTION_KEY to the key that sealed them.',
    }),
  },
  mail: {
    unset: 'Email is not set up (SMTP_URL).',
    ok: (host: string, signedIn: boolean) => `${host} answers${signedIn ? ' and accepts the name and password' : ''}. Nothing was sent.`,
    failed: (host: string, reason: string) => ({
      detail: `${host} cannot be used to send email: ${reason}.`,
      advice: 'Check SMTP_URL: address, port (587, or smtps:// and 465), name and password. docs/notifications.md has examples.',
    }),
    noAddress: 'Email is set up, but PUBLIC_URL is not: links in emails would lead nowhere.',
    notAsked: 'No test email was requested: npm run doctor -- --mail you@example.com sends one.',
    sent: (host: string, address: string) => `${host} accepted a test email to ${address}. See whether it arrives, and not as spam.`,
    refused: (host: string, address: string, reason: string) => ({
      detail: `${host} did not accept a test email to ${address}: ${reason}.`,
      advice: 'Check that the mail server may send for the address in MAIL_FROM.',
    }),
    message: {
      subject: 'Guildhall can send email',
      lines: ['Somebody who operates this installation asked its doctor for a test email.', 'There is nothing to do.'],
      action: 'Open Guildhall',
      footer: 'You get this because the doctor of this Guildhall was given your address.',
    },
  },
  models: {
    none: 'No provider is set up. Runs use the built-in demo model.',
    ok: (list: string) => `Answers: ${list}.`,
    failed: (name: string, reason: string) => ({
      detail: `${name} does not answer as it should: ${reason}`,
      advice: 'Test it under Settings, Models. Runs with its models fail, or use the fallback, until it answers.',
    }),
  },
};
