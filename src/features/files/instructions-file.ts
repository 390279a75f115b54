/** The file whose text agents get as instructions: `AGENTS.md`. */

/** Runs read it in the project's root. */
export const INSTRUCTIONS_PATH = 'AGENTS.md';

/**
 * Whether a person or a program could take the last segment of a path for it: in any folder, in upper or lower case, in any Unicode form,
 * and with invisible characters.
 */
export function isInstructionsFile(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  // A fast path: a call may touch 5,000 paths.
  if (/^[!-~]*$/.test(name)) return name.length === INSTRUCTIONS_PATH.length && name.toUpperCase() === 'AGENTS.MD';
  return (
    name
      .normalize('NFKC')
      .replace(/[\p{Default_Ignorable_Code_Point}\p{Cf}\s]/gu, '')
      .toUpperCase() === 'AGENTS.MD'
  );
}
