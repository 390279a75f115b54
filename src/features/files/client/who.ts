import type { Author } from '#features/files/contract.ts';
import { actingUser } from '#ui/app/acting-user.ts';

/** Did whoever reads this do it, in another tab or before? */
export const isYou = (by: Author | null | undefined): boolean => by?.kind === 'person' && by.userId !== null && by.userId === actingUser();

/** As a sentence begins with it. */
export function describeAuthor(by: Author | null | undefined): string {
  if (!by) return 'Somebody else';
  return by.kind === 'run' ? `The agent for ${by.name}` : by.name;
}

/** Within a sentence. */
export const describeAuthorInline = (by: Author | null | undefined): string =>
  describeAuthor(by).replace(/^(The agent|Somebody) /, (word) => word.toLowerCase());
