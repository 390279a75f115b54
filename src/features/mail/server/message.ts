export interface Message {
  subject: string;
  /** As `subject`, without a word that came from people or models: what a mailbox lists must not speak with our voice. */
  emailSubject: string;
  /** Sentences and facts, one a line. */
  lines: string[];
  /** Where it leads in Guildhall. */
  path: string;
  /** What one does there. */
  action: string;
}
