/** What the setup guide says. */
export const texts = {
  /** What sign-up calls an organization. */
  nameAtSignUp: (person: string) => `${person}’s team`,
  title: (organization: string) => `Set up ${organization}`,
  progress: (done: number, all: number) => `${done} of ${all} done`,
  allDone: 'Everything is set up.',
  dismiss: 'Dismiss the setup guide',
  done: 'Done',
  open: 'To do',
  name: { title: 'Name the organization', about: 'Everyone you invite sees this name.', action: 'Change name' },
  model: {
    title: 'Connect a model',
    about: 'Until then, runs use the built-in demo, which is not a real language model.',
    action: 'Connect',
  },
  invite: { title: 'Invite people', about: 'Send a link, and choose what each person may do.', action: 'Invite' },
  project: { title: 'Create a project', about: 'A project holds the files you and your agents work on.', action: 'Create' },
  connected: (models: number) => (models === 1 ? 'Connected · 1 model' : `Connected · ${models} models`),
  unreachable: (provider: string, reason: string) => `${provider} doesn’t answer: ${reason}`,
  invited: (people: number, open: number) =>
    `${people === 1 ? '1 other member' : `${people} other members`}, ${open === 1 ? '1 open invitation' : `${open} open invitations`}`,
} as const;
