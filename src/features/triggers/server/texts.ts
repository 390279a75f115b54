/** Names of what fires a trigger, and problems of triggers and of the requests that fire them. */
import { texts as wire } from '#wire/texts.ts';

export const texts = {
  /** Who changed a file; undefined for a former member. */
  author: {
    person: (name = wire.formerMember) => name,
    run: (person = wire.formerMember) => `a run for ${person}`,
  },
  /** At the beginning of a sentence. */
  changeBy: (author: string) => `A change by ${author}`,
  changeBySeveral: 'A change by several people',
  signedRequest: 'A signed request',
  problems: {
    chainTooDeep: (max: number) =>
      `${max} triggers in a row led to these changes, each by a run of the one before. The chain ends here, because it could otherwise go on without end.`,
    replayed: 'This message has started a run already. Give each message a webhook-id of its own.',
    paused: 'This trigger is paused. Resume it first.',
    invalidSignature:
      'There is no such webhook, or the signature is not one of its secret for this body. Sign by Standard Webhooks: see docs/triggers.md.',
    late: (seconds: number, max: number) =>
      `The request’s webhook-timestamp is ${seconds} s behind the clock here; ${max} s are let through. Sign it anew when it is sent, and check the sender’s clock.`,
    early: (seconds: number, max: number) =>
      `The request’s webhook-timestamp is ${seconds} s ahead of the clock here; ${max} s are let through. Sign it anew when it is sent, and check the sender’s clock.`,
    notStarted: (code: string) => `The request is fine, but no run can be started (${code}). The history of this trigger says why.`,
    noEncryptionKey: 'Secrets cannot be stored here until the operator sets ENCRYPTION_KEY.',
    tooMany: (max: number) => `A project can have ${max} triggers. Delete one first.`,
    noFiles: 'A webhook looks at no files. Make another trigger.',
    changedMeanwhile: 'Someone changed this trigger meanwhile. Compare with how it is now, then save again.',
    noSecret: 'This trigger looks at files and has no secret.',
    notPlain: 'Send the body as plain bytes, not compressed.',
  },
};
