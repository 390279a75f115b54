/** Emphasis next to Chinese, Japanese and Korean text, as models write it. */
import { attention } from 'micromark-core-commonmark';
import { classifyCharacter } from 'micromark-util-classify-character';
import type { Code, Construct, Extension, State, Tokenizer } from 'micromark-util-types';

const [ASTERISK, UNDERSCORE] = [42, 95];

const isCjk = (code: Code): boolean =>
  code !== null &&
  code > 0x10ff &&
  /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\p{scx=Bopomofo}\u3000-\u303f\uff01-\uffee]/u.test(String.fromCodePoint(code));

/**
 * Follows CommonMark's rules for whether `**` opens or closes, except next to CJK, where words are not separated by spaces: punctuation
 * prevents neither there, as in `これは**「強調」**です`.
 */
const tokenizeAttention: Tokenizer = function (effects, ok) {
  const markers = this.parser.constructs.attentionMarkers.null ?? [];
  const { previous } = this;
  const before = classifyCharacter(previous);
  let marker: Code;
  const loosens = (code: Code) => code !== null && markers.includes(code) && code !== ASTERISK && code !== UNDERSCORE;
  const start: State = (code) => {
    marker = code;
    effects.enter('attentionSequence');
    return inside(code);
  };
  const inside: State = (code) => {
    if (code === marker) {
      effects.consume(code);
      return inside;
    }
    const token = effects.exit('attentionSequence');
    const after = classifyCharacter(code);
    const [cjkBefore, cjkAfter] = [isCjk(previous), isCjk(code)];
    const open = after === undefined || (after === 2 && (before !== undefined || cjkBefore || cjkAfter)) || loosens(code);
    const close = before === undefined || (before === 2 && (after !== undefined || cjkAfter || cjkBefore)) || loosens(previous);
    token._open = marker === ASTERISK ? open : open && (before !== undefined || !close);
    token._close = marker === ASTERISK ? close : close && (after !== undefined || !open);
    return ok(code);
  };
  return start;
};

// Reuses CommonMark's own resolver object, so it runs once.
const emphasis: Construct = { ...attention, tokenize: tokenizeAttention };

export const emphasisSyntax: Extension = { text: { [ASTERISK]: emphasis, [UNDERSCORE]: emphasis } };
