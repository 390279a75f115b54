/**
 * Markdown shown as plain source rather than parsed: a Markdown parser takes quadratic time or more for endless nesting and repetition.
 * Text that passes these bounds is still subject to the deadline in `reader.ts`.
 */
const MAX_BLOCK = 40_000;
const MAX_RUN = 200;
const MAX_CELLS = 4_000;
const MAX_MARKS = 5_000;

const run = new RegExp(String.raw`([*_~\`[\]<>!$\\({^|])\1{${MAX_RUN},}`);
const deepQuote = /^[ \t]*(?:>[ \t]?){30,}/m;
const deepList = /^[ \t]{100,}(?:[-*+]|\d+[.)])[ \t]/m;
const fenced = /^ {0,3}(`{3,}|~{3,})[^\n]*(?:\n|$)/;

function count(text: string, marks: string): number {
  let found = 0;
  for (let at = 0; at < text.length; at++) if (marks.includes(text.charAt(at))) found++;
  return found;
}

/** @param block as returned by `splitBlocks`: one that begins with a fence is almost entirely code */
export function isTooMuch(block: string): boolean {
  if (fenced.test(block)) return false;
  if (block.length > MAX_BLOCK || run.test(block) || deepQuote.test(block) || deepList.test(block)) return true;
  return (
    block.length > MAX_MARKS &&
    (count(block, '|') > MAX_CELLS || ['*_~', '[', '<', '`', '\\$'].some((marks) => count(block, marks) > MAX_MARKS))
  );
}
