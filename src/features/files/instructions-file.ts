/** The file whose text agents are told as instructions: `AGENTS.md`. */

/** Where runs read it: in the project's root. */
export const INSTRUCTIONS_PATH = 'AGENTS.md';

/**
 * Would somebody, or some program, take the last segment of a path for it? In any folder, in upper or lower case, in any Unicode form, and
 * with characters that are not seen.
 */
export function isInstructionsFile(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  // A call may touch 5,000 paths.
  if (/^[!-~]*$/.test(name)) return name.length === INSTRUCTIONS_PATH.length && name.toUpperCase() === 'AGENTS.MD';
  return (
    name
      .normalize('NFKC')
      .replace(/[\p{Default_Ignorable_Code_Point}\p{Cf}\s]/gu, '')
      .toUpperCase() === 'AGENTS.MD'
  );
}
