/** What the server says of models and their providers. */

/** A call of a model that failed. */
export interface FailedCall {
  /** The provider's name. */
  provider: string;
  /** Where its address and key are configured. */
  configured: 'environment' | 'screen';
  /** Its status and words, from `said`; or the code of a failed connection. */
  said: string;
}

const places = { screen: 'at Settings → Models', environment: 'in the server’s environment' } satisfies Record<
  FailedCall['configured'],
  string
>;
const later = 'Try again in a moment, or choose another model.';
const seconds = (milliseconds: number) => `${Math.round(milliseconds / 1000)} s`;
const megabytes = (bytes: number) => `${bytes / 1024 / 1024} MB`;

export const texts = {
  demo: { name: 'Practice model', note: 'A built-in to try things with; no language model.' },
  /** What a provider said, after what it did. */
  said: (status: number | undefined, words: string) => `${status === undefined ? '' : ` (${status})`}${words ? `: “${words}”` : ''}`,
  /** By cause: what happened, and what to do. */
  failures: {
    noKey: ({ provider, said, configured }: FailedCall) => `${provider} wants a key${said}. Enter a valid one ${places[configured]}.`,
    badKey: ({ provider, said, configured }: FailedCall) => `${provider} refused the key${said}. Enter a valid one ${places[configured]}.`,
    noAccess: ({ provider, said, configured }: FailedCall) =>
      `${provider} wants a key, or refuses access${said}. Check what the key may do and where it may be used, enter another one ${places[configured]}, or choose another model.`,
    keyNotAllowed: ({ provider, said, configured }: FailedCall) =>
      `${provider} does not let this key do this${said}. Check what the key may do and where it may be used, enter another one ${places[configured]}, or choose another model.`,
    credit: ({ provider, said }: FailedCall) =>
      `${provider} has no credit left for this key${said}. Top it up there, or choose another model.`,
    address: ({ provider, said, configured }: FailedCall) =>
      `${provider} has nothing at this address${said}. Correct the address ${places[configured]}.`,
    model: ({ provider, said, configured }: FailedCall, model: string) =>
      `${provider} does not know the model ${model}${said}. Choose another model, or correct the address ${places[configured]}.`,
    context: ({ provider, said }: FailedCall) =>
      `${provider} says that the conversation is too long for the model${said}. Start a new run, or choose a model with a larger context.`,
    busy: ({ provider, said }: FailedCall) => `${provider} has too many requests${said}. ${later}`,
    overloaded: ({ provider, said }: FailedCall) => `${provider} has too much to do${said}. ${later}`,
    failed: ({ provider, said }: FailedCall) => `${provider} failed${said}. ${later}`,
    failedMidway: ({ provider, said }: FailedCall) => `${provider} failed in the middle of its answer${said}. ${later}`,
    filter: ({ provider, said }: FailedCall) =>
      `${provider} does not accept the request, by its content filter${said}. Say it in other words, or choose another model.`,
    tools: ({ provider, said }: FailedCall) => `${provider} says that this model cannot use tools${said}. Choose a model that can.`,
    request: ({ provider, said }: FailedCall) => `${provider} does not accept the request${said}. Choose another model.`,
  },
  connection: {
    notAllowed: (provider: string, reason: string) =>
      `${provider} cannot be called: ${reason}. Only those who run this Guildhall may enter such an address.`,
    certificate: (provider: string, code: string) =>
      `${provider} has a certificate that is not trusted here (${code}). Trust it by NODE_EXTRA_CA_CERTS in the server’s environment, or correct the address.`,
    failed: (provider: string, reason: string) => `${provider} could not be asked (${reason}). ${later}`,
    unknown: ({ provider, said, configured }: FailedCall) =>
      `${provider} has an address that nobody knows (${said}). Check that it runs, and its address ${places[configured]}.`,
    unreachable: ({ provider, said, configured }: FailedCall) =>
      `${provider} cannot be reached (${said}). Check that it runs, and its address ${places[configured]}.`,
    redirects: (target: string) => `The provider’s address leads on to ${target}. Enter that address instead.`,
  },
  /** @param word the provider's, for why */
  brokenOff: (provider: string, word?: string) =>
    `${provider} broke off in the middle of its answer${word === undefined ? '' : ` (“${word}”)`}. ${later}`,
  notFinished: (provider: string, ms: number) => `${provider} did not finish its answer within ${seconds(ms)}. ${later}`,
  notBegun: (provider: string, ms: number) => `${provider} did not begin to answer within ${seconds(ms)}. ${later}`,
  silent: (provider: string, ms: number) => `${provider} said nothing more within ${seconds(ms)}. ${later}`,
  late: (provider: string) => `${provider} did not answer in time.`,
  unreadable: (provider: string) => `${provider} sent something that cannot be read. ${later}`,
  unreadableAnswer: (provider: string) =>
    `${provider} gave an answer that cannot be read. Check that its address leads to a model server, up to and including /v1.`,
  noList: (provider: string) => `${provider} answered without a list of models. Check its address, up to and including /v1.`,
  tooMuchAtOnce: (bytes: number) => `The provider sent more than ${megabytes(bytes)} at once, and was cut off. Choose another model.`,
  tooManyCharacters: (provider: string, max: number) =>
    `${provider} sent an answer of more than ${max.toLocaleString('en')} characters, and was cut off. Ask for less at once, or choose another model.`,
  tooManyParts: (provider: string, max: number) =>
    `${provider} sent an answer of more than ${max.toLocaleString('en')} parts, and was cut off. Ask for less at once, or choose another model.`,
  lostKey: (provider: string) =>
    `The key of ${provider} cannot be opened: the server’s ENCRYPTION_KEY is another one now. Enter the key again at Settings → Models.`,
  problems: {
    slugTaken: (slug: string) => `There is a provider with the ids ${slug}/… already. Choose another name or beginning of ids.`,
    tooManyProviders: (max: number) => `An organization has at most ${max} providers. Delete one first.`,
    needsAddress: 'This kind of provider needs an address.',
    needsKey: 'This kind of provider needs a key.',
    keyAgain: 'Enter the key again: the saved one belongs to the former address.',
    privateNetwork: 'This address is in a private network. Only those who run this Guildhall may enter such a one: ask them.',
    noEncryptionKey:
      'Keys cannot be stored here yet. Set ENCRYPTION_KEY to 64 random characters or more in the server’s environment, and restart it.',
    unknownModel: (id: string) => `There is no model ${id}. GET /api/models lists those there are.`,
    allowToo: (id: string) => `Allow ${id} too, or choose another model.`,
    allowNone: 'Allow at least one model, or all.',
    fallbackIsDefault: 'Choose another model than the default one: it is asked when that fails.',
    noneThere: 'None of the allowed models is there. Ask an admin to allow others.',
    notAvailable: (id: string) => `The model ${id} is not available here. GET /api/models lists those that are.`,
    notAllowed: (id: string) =>
      `The model ${id} is not among those that this organization allows. Choose another one, or ask an admin to allow it at Settings → Models.`,
  },
};
