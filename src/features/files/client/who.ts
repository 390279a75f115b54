import type { Author } from '#features/files/contract.ts';
import { actingUser } from '#ui/app/acting-user.ts';
import { texts } from './texts.ts';

const words = texts.who;

/** Whether the user is the author, perhaps in another tab or earlier. */
export const isYou = (by: Author | null | undefined): boolean => by?.kind === 'person' && by.userId !== null && by.userId === actingUser();

/** Capitalized, to start a sentence. */
export function describeAuthor(by: Author | null | undefined): string {
  if (!by) return words.someone;
  return by.kind === 'run' ? words.agentFor(by.name) : by.name;
}

/** Within a sentence. */
export function describeAuthorInline(by: Author | null | undefined): string {
  if (!by) return words.someoneInline;
  return by.kind === 'run' ? words.agentForInline(by.name) : by.name;
}

/** Within a sentence, before what belongs to them: “Mara’s”, “the agent’s”. */
export function describeWhose(by: Author | null | undefined): string {
  if (!by) return words.someones;
  return by.kind === 'run' ? words.agents : words.ones(by.name);
}
