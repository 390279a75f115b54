/** Names that may go wrong on other systems. They are accepted, and marked. */
import type { NameWarning } from './contract.ts';

/** Windows keeps these for devices, with any extension, and drops dots and spaces at the end; it allows none of the characters. */
const RESERVED = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?$|[<>:"|?*]|[. ]$/iu;

const isReserved = (name: string): boolean => RESERVED.test(name);

/**
 * @param names all names in a folder
 * @returns those with a warning; `reserved` weighs more
 */
export function nameWarnings(names: Iterable<string>): Map<string, NameWarning> {
  const byFolded = new Map<string, string[]>();
  const warnings = new Map<string, NameWarning>();
  for (const name of names) {
    const folded = name.toLowerCase();
    byFolded.set(folded, [...(byFolded.get(folded) ?? []), name]);
    if (isReserved(name)) warnings.set(name, 'reserved');
  }
  for (const alike of byFolded.values())
    if (alike.length > 1) for (const name of alike) if (!warnings.has(name)) warnings.set(name, 'case');
  return warnings;
}
