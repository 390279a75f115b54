export interface Message {
  subject: string;
  /** As `subject`, without text from people or models: a mailbox's list must not show their words as ours. */
  emailSubject: string;
  /** Sentences and facts, one per line. */
  lines: string[];
  /** The path of its page in Guildhall. */
  path: string;
  /** What to do there. */
  action: string;
  /** Why the recipient gets it; if undefined, it is a notification, which can be turned off on the account page. */
  footer?: string;
}
