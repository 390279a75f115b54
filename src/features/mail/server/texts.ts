/** What frames every email, and why one is not sent. */
export const texts = {
  /** Of the HTML part. */
  language: 'en',
  /** Of a notification. @param account the address of the page where it can be turned off */
  footer: {
    text: (account: string) =>
      `You get this because you asked Guildhall to tell you by email. Change that on your account page:\n${account}`,
    html: (account: string) =>
      `You get this because you asked Guildhall to tell you by email. <a href="${account}">Change that on your account page</a>.`,
  },
  problems: {
    toRecipient: (max: number) =>
      `${max} emails have gone to this address today, which is the most in a day. Look in Guildhall for the rest.`,
    bySender: (max: number) =>
      `The person this comes from has caused ${max.toLocaleString('en')} emails today, which is the most in a day. Look in Guildhall for the rest.`,
  },
};
