/**
 * Problems that no feature answers for. Texts are read when they are sent, never when a file is loaded, so that each may be in the
 * language of its reader.
 */
const missing = (thing: string) => `This ${thing} does not exist, or you are not a member of the organization it belongs to.`;

const formatBytes = (bytes: number) => (bytes < 1024 * 1024 ? `${bytes / 1024} KB` : `${Math.floor((bytes * 10) / 1024 / 1024) / 10} MB`);

export const texts = {
  titles: {
    400: 'Bad request',
    401: 'Not signed in',
    403: 'Not allowed',
    404: 'Not found',
    405: 'Method not allowed',
    408: 'Too slow',
    409: 'Conflict',
    412: 'Changed meanwhile',
    413: 'Too large',
    415: 'Unsupported media type',
    416: 'Range not satisfiable',
    422: 'Invalid input',
    428: 'Condition required',
    429: 'Too many requests',
    500: 'Server error',
    503: 'Unavailable',
  },
  /** Of any other status. */
  title: 'Refused',
  missing: {
    account: missing('account'),
    agent: missing('agent'),
    approval: missing('approval'),
    change: missing('change'),
    invitation: missing('invitation'),
    member: missing('member'),
    organization: missing('organization'),
    output: missing('output'),
    picture: missing('picture'),
    point: missing('point'),
    project: missing('project'),
    provider: missing('provider'),
    question: missing('question'),
    run: missing('run'),
    schedule: missing('schedule'),
    session: missing('session'),
    token: missing('token'),
    'tool server': missing('tool server'),
    trigger: missing('trigger'),
  },
  problems: {
    invalid: (errors: readonly { path: string; message: string }[]) =>
      `Correct the marked input: ${errors.map((e) => (e.path ? `${e.path}: ` : '') + e.message).join(' ')}`,
    unauthenticated: 'Sign in first; this session has ended or never was.',
    tokenRejected: 'This token is unknown, expired or revoked. Create another one.',
    otherUser: 'Someone else is signed in in this browser now. Reload the page to go on as them.',
    noFileAt: (path: string) => `There is nothing at ${path} in this project.`,
    tooLarge: (limitBytes: number) => `The body is larger than ${formatBytes(limitBytes)}. Send less, or in several parts.`,
    tooManyStreams: (max: number) => `You have ${max} live connections open, the limit. Close some tabs or clients, then reload.`,
    clientClosedRequest: 'The client went away before there was an answer.',
    busy: (seconds: number) => `The server has too much to do right now. Try again in ${seconds} s.`,
    databaseUnavailable:
      'The database cannot be reached right now. Try again in a moment; if this was to change something, look first whether it did.',
    storageFull: 'Nothing can be saved: the database’s disk is full. Reading still works. Tell the operator, then try again.',
    databaseReadOnly:
      'Nothing can be saved: the database accepts no changes right now. Reading still works. Tell the operator, then try again.',
    notStorable: 'The input contains a character that cannot be stored, such as NUL. Leave it out.',
    notStorableField: 'This contains a character that cannot be stored.',
    unexpected: 'Something went wrong on the server. It has been logged under this request id; send the id to the operator.',
    unreadable: 'The request could not be read. Check its address, headers and body.',
    notAnId: 'There is nothing at this address: an id in it is not one.',
    method: (allowed: string, method: string) => `This address answers ${allowed}, not ${method}.`,
    noEndpoint: 'There is nothing at this address. /api/docs lists what there is.',
    noPage: 'There is nothing at this address.',
    unknownParam: 'This address takes no such parameter. Leave it out.',
    malformedQuery: 'The part of the address after ? is not percent-encoded UTF-8. Encode it and send it again.',
    malformedJson: 'The body is not valid JSON in UTF-8. Check its syntax and send it again.',
    notJson: 'Send the body as application/json.',
    notPlain: 'Send the body as plain bytes, without a content-encoding.',
    notThisEncoding: 'Send the body as plain bytes, or compressed by gzip, deflate or br.',
    malformedEncoding: (encoding: string) => `The body is not what its content-encoding says: ${encoding}.`,
    tooDeep: (depth: number) => `Nest objects and lists at most ${depth} deep.`,
    tooManyValues: (values: number) => `Send at most ${values.toLocaleString('en')} values in one body.`,
    aborted: 'The request ended before its body was complete.',
    tooSlow: 'The body arrived too slowly and was cut off. Check the connection and send it again.',
    wrongHost: (name: string, publicUrl: string) =>
      `Nothing is served under the name ${name}. Use ${publicUrl}, or set PUBLIC_URL to the address people use.`,
    crossOrigin: 'This request was made by another site. Use Guildhall at its own address.',
    privateAddress: (hostname: string) => `${hostname} is an address in a private or reserved network, which is never called from here.`,
    unreachableName: (hostname: string) => `No server named ${hostname} can be reached from here. Check the name.`,
    unsupportedAddress: (protocol: string) => `Addresses begin with http:// or https:// here, not with ${protocol}//.`,
    range: (size: number) => `There are ${size} bytes. Ask for a range within them, or for the whole.`,
    cursor: 'Use the `nextCursor` of the page before, unchanged, or leave it out for the first page.',
    badIdempotencyKey: 'Send Idempotency-Key as 1 to 255 visible ASCII characters, such as a UUID.',
    idempotencyKeyReused: 'This Idempotency-Key was used for another request. Send this one with a new key.',
  },
  /** Why the database takes no writes, for those who run this installation. */
  writeRejections: {
    storage_full: 'The disk of the database is full: nothing can be saved, only read. Make room on it.',
    database_read_only:
      'The database takes no changes, only reads. Check whether it is a standby, or default_transaction_read_only is set for it or its user.',
  },
};
/** A kind of resource that may not be there. */
export type Thing = keyof typeof texts.missing;
