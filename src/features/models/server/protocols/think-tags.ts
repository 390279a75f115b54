/** Separates a model's thinking from its response if both come in one text: `<think>…</think>` at the start. */

type Said = { kind: 'text' | 'reasoning'; text: string };

const opening = /^\s*(<(think|thinking|thought|reasoning)>|\[THINK\])/i;
/** Length of the longest tag, including white space before it. */
const MAX_TAG = 64;

export function createThinkReader() {
  let state: 'start' | 'thinking' | 'saying' = 'start';
  let pending = '';
  let closing = '';

  function read(): Said[] {
    const said: Said[] = [];
    for (;;) {
      if (state === 'start') {
        const match = opening.exec(pending);
        if (match) {
          closing = match[2] === undefined ? '[/THINK]' : `</${match[2]}>`;
          pending = pending.slice(match[0].length);
          state = 'thinking';
        } else if (mayBecomeTag(pending)) return said;
        else {
          // White space after the thinking is dropped.
          if (closing !== '') pending = pending.trimStart();
          state = 'saying';
        }
      } else if (state === 'thinking') {
        const end = pending.toLowerCase().indexOf(closing.toLowerCase());
        if (end < 0) {
          const whole = pending.length - partOf(closing, pending);
          if (whole > 0) said.push({ kind: 'reasoning', text: pending.slice(0, whole) });
          pending = pending.slice(whole);
          return said;
        }
        if (end > 0) said.push({ kind: 'reasoning', text: pending.slice(0, end) });
        // Some models start thinking again right after.
        pending = pending.slice(end + closing.length);
        state = 'start';
      } else {
        if (pending !== '') said.push({ kind: 'text', text: pending });
        pending = '';
        return said;
      }
    }
  }

  return {
    feed(text: string): Said[] {
      pending += text;
      return read();
    },
    /** The text has ended: an incomplete tag is plain text. */
    end(): Said[] {
      const kind = state === 'thinking' ? 'reasoning' : 'text';
      const rest = state === 'start' && closing !== '' ? pending.trimStart() : pending;
      pending = '';
      return rest === '' ? [] : [{ kind, text: rest }];
    },
  };
}

/** Whether the text is only white space and the start of a tag. */
function mayBecomeTag(text: string): boolean {
  if (text.length > MAX_TAG) return false;
  const rest = text.trimStart().toLowerCase();
  return rest === '' || ['<think>', '<thinking>', '<thought>', '<reasoning>', '[think]'].some((tag) => tag.startsWith(rest));
}

/** @returns how many characters at the end of the text may be the start of the tag */
function partOf(tag: string, text: string): number {
  for (let length = Math.min(tag.length - 1, text.length); length > 0; length--)
    if (text.slice(-length).toLowerCase() === tag.slice(0, length).toLowerCase()) return length;
  return 0;
}
