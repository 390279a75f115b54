const fence = /^ {0,3}(`{3,}|~{3,})/;
/** What may belong to the list or quotation before the empty line. */
const continues = /^(\s|[-*+>]|\d+[.)])/;

export interface Block {
  /** Line it begins at: stays while more is appended. */
  line: number;
  text: string;
}

/** Cuts Markdown at empty lines into pieces that mean the same alone as together. */
export function splitBlocks(text: string): Block[] {
  const blocks: Block[] = [];
  let block: string[] = [];
  let open: string | undefined;
  let afterEmpty = false;
  let start = 0;
  for (const [index, line] of text.split('\n').entries()) {
    const mark = fence.exec(line)?.[1];
    if (!open && afterEmpty && line.trim() && !continues.test(line)) {
      blocks.push({ line: start, text: block.join('\n') });
      block = [];
      start = index;
    }
    if (mark && !open) open = mark;
    else if (mark && open && mark.startsWith(open)) open = undefined;
    afterEmpty = line.trim() === '';
    block.push(line);
  }
  blocks.push({ line: start, text: block.join('\n') });
  return blocks;
}
