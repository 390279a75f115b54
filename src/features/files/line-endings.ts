/** Tools that write LF keep a file’s CRLF, and its byte order mark. */

const BOM = new Uint8Array([0xef, 0xbb, 0xbf]);
const [LF, CR, NUL] = [0x0a, 0x0d, 0x00];

/**
 * Works on the bytes of any encoding that extends ASCII; other content comes back as it is.
 * @param after the new content of a file, whose content was `before`
 * @returns `after` with CRLF, if all lines of `before` ended in CRLF and all of `after` end in LF; and with the byte order mark of `before`
 */
export function keepLineEndings(before: Uint8Array, after: Uint8Array): Uint8Array {
  if (before.includes(NUL) || after.includes(NUL)) return after;
  const lines = countLineFeeds(after);
  const converts = endsInCrlf(before) && lines.all > 0 && lines.afterCr === 0;
  const marks = startsWithBom(before) && !startsWithBom(after);
  if (!converts && !marks) return after;
  const start = marks ? BOM.length : 0;
  const kept = new Uint8Array(start + after.length + (converts ? lines.all : 0));
  kept.set(BOM.subarray(0, start));
  if (!converts) {
    kept.set(after, start);
    return kept;
  }
  let to = start;
  let from = 0;
  for (let at = after.indexOf(LF); at >= 0; at = after.indexOf(LF, from)) {
    kept.set(after.subarray(from, at), to);
    to += at - from;
    kept[to++] = CR;
    kept[to++] = LF;
    from = at + 1;
  }
  kept.set(after.subarray(from), to);
  return kept;
}

function endsInCrlf(content: Uint8Array): boolean {
  const { all, afterCr } = countLineFeeds(content);
  return all > 0 && all === afterCr;
}

function countLineFeeds(content: Uint8Array): { all: number; afterCr: number } {
  let [all, afterCr] = [0, 0];
  for (let at = content.indexOf(LF); at >= 0; at = content.indexOf(LF, at + 1)) {
    all++;
    if (content[at - 1] === CR) afterCr++;
  }
  return { all, afterCr };
}

const startsWithBom = (content: Uint8Array): boolean => BOM.every((byte, at) => content[at] === byte);
