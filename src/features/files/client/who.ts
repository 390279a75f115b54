import type { Author } from '#features/files/contract.ts';
import { actingUser } from '#ui/app/acting-user.ts';

/** Whether the user is the author, perhaps in another tab or earlier. */
export const isYou = (by: Author | null | undefined): boolean => by?.kind === 'person' && by.userId !== null && by.userId === actingUser();

/** Capitalized, to start a sentence. */
export function describeAuthor(by: Author | null | undefined): string {
  if (!by) return 'Someone else';
  return by.kind === 'run' ? `The agent for ${by.name}` : by.name;
}

/** Within a sentence. */
export const describeAuthorInline = (by: Author | null | undefined): string =>
  describeAuthor(by).replace(/^(The agent|Someone) /, (word) => word.toLowerCase());

/** Within a sentence, before what belongs to them: “Mara’s”, “the agent’s”. */
export function describeWhose(by: Author | null | undefined): string {
  if (!by) return 'someone else’s';
  return by.kind === 'run' ? 'the agent’s' : `${by.name}’s`;
}
