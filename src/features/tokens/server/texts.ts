/** Problems of requests about tokens. */
export const texts = {
  problems: {
    ownRole: 'Leave this out: your own token has your roles.',
    noRole: 'Choose the role of the token in the organization.',
    owner: 'A token cannot be an owner. Choose admin at most.',
    past: 'Choose a time in the future.',
    noSuchProject: 'There is no such project, or the token would have no access to it.',
    tooMany: (max: number) => `You have ${max} tokens, the limit. Revoke some that are no longer needed.`,
    tooManyOfOrganization: (max: number) => `The organization has ${max} tokens, the limit. Revoke some that are no longer needed.`,
    tooManyUnknown: (seconds: number) =>
      `Too many unknown tokens were sent from this address. Check the token, and try again in ${seconds} s.`,
  },
};
