/** Formulas in `$$…$$`, `\(…\)` and `\[…\]`. A single dollar does not delimit one: `$5 and $10` is money. */
import { markdownLineEnding, markdownSpace } from 'micromark-util-character';
import type { Code, Construct, Extension, State, Tokenizer } from 'micromark-util-types';

declare module 'micromark-util-types' {
  interface TokenTypeMap {
    mathFlow: 'mathFlow';
    mathFlowFence: 'mathFlowFence';
    mathFlowValue: 'mathFlowValue';
    mathText: 'mathText';
    mathTextSequence: 'mathTextSequence';
    mathTextData: 'mathTextData';
  }
}

const [DOLLAR, OPEN_PAREN, CLOSE_PAREN, OPEN_BRACKET, BACKSLASH, CLOSE_BRACKET] = [36, 40, 41, 91, 92, 93];

const opensMath = (first: Code, second: Code, kinds: readonly Code[]): boolean =>
  first === DOLLAR ? second === DOLLAR : kinds.includes(second);

/** The two characters that close a formula opened by these. */
const closing = (first: Code, second: Code): readonly [Code, Code] =>
  first === DOLLAR ? [DOLLAR, DOLLAR] : [BACKSLASH, second === OPEN_PAREN ? CLOSE_PAREN : CLOSE_BRACKET];

/** Closing delimiters known to be missing from the rest of a text: later openings need no search, so thousands of them cost no time. */
const missing = new WeakMap<object, Set<Code>>();

const tokenizeMathText: Tokenizer = function (effects, ok, nok) {
  let first: Code;
  let close: readonly [Code, Code];
  let isEmpty = true;

  const tokenizeClose: Tokenizer = (effects, ok, nok) => {
    const second: State = (code) => {
      if (code !== close[1]) return nok(code);
      effects.consume(code);
      effects.exit('mathTextSequence');
      return ok;
    };
    return (code) => {
      effects.enter('mathTextSequence');
      effects.consume(code);
      return second;
    };
  };
  const start: State = (code) => {
    first = code;
    effects.enter('mathText');
    effects.enter('mathTextSequence');
    effects.consume(code);
    return open;
  };
  const open: State = (code) => {
    if (!opensMath(first, code, [OPEN_PAREN, OPEN_BRACKET])) return nok(code);
    close = closing(first, code);
    if (missing.get(this)?.has(close[1])) return nok(code);
    effects.consume(code);
    effects.exit('mathTextSequence');
    return between;
  };
  const between: State = (code) => {
    if (code === null) {
      missing.set(this, (missing.get(this) ?? new Set()).add(close[1]));
      return nok(code);
    }
    if (code === close[0]) return effects.attempt({ partial: true, tokenize: tokenizeClose }, after, beginData)(code);
    if (!markdownLineEnding(code)) return beginData(code);
    effects.enter('lineEnding');
    effects.consume(code);
    effects.exit('lineEnding');
    return between;
  };
  const beginData: State = (code) => {
    effects.enter('mathTextData');
    if (!markdownSpace(code)) isEmpty = false;
    effects.consume(code);
    return data;
  };
  const data: State = (code) => {
    if (code === null || markdownLineEnding(code) || code === close[0]) {
      effects.exit('mathTextData');
      return between(code);
    }
    if (!markdownSpace(code)) isEmpty = false;
    effects.consume(code);
    return data;
  };
  const after: State = (code) => {
    effects.exit('mathText');
    return isEmpty ? nok(code) : ok(code);
  };
  return start;
};

/** A continuation line with the prefix of the same quotation or list item. */
const ownLine: Construct = {
  partial: true,
  tokenize(effects, ok, nok) {
    const lineStart: State = (code) => (this.parser.lazy[this.now().line] ? nok(code) : ok(code));
    return (code) => {
      if (code === null) return nok(code);
      effects.enter('lineEnding');
      effects.consume(code);
      effects.exit('lineEnding');
      return lineStart;
    };
  },
};

/** `$$` or `\[` alone on a line, up to a line that ends with the closing delimiter. */
const tokenizeMathFlow: Tokenizer = function (effects, ok, nok) {
  let first: Code;
  let close: readonly [Code, Code];
  /** The last two non-blank characters of the line. */
  let tail: [Code, Code] = [null, null];

  const start: State = (code) => {
    first = code;
    effects.enter('mathFlow');
    effects.enter('mathFlowFence');
    effects.consume(code);
    return open;
  };
  const open: State = (code) => {
    if (!opensMath(first, code, [OPEN_BRACKET])) return nok(code);
    close = closing(first, code);
    effects.consume(code);
    effects.exit('mathFlowFence');
    return afterOpen;
  };
  const afterOpen: State = (code) => {
    if (markdownSpace(code)) {
      effects.enter('whitespace');
      effects.consume(code);
      effects.exit('whitespace');
      return afterOpen;
    }
    if (code !== null && !markdownLineEnding(code)) return nok(code);
    return this.interrupt ? ok(code) : atBreak(code);
  };
  const atBreak: State = (code) => effects.check(ownLine, beforeLine, after)(code);
  const beforeLine: State = (code) => {
    effects.enter('lineEnding');
    effects.consume(code);
    effects.exit('lineEnding');
    return lineStart;
  };
  const lineStart: State = (code) => {
    if (code === null || markdownLineEnding(code)) return atBreak(code);
    tail = [null, null];
    effects.enter('mathFlowValue');
    return inLine(code);
  };
  const inLine: State = (code) => {
    if (code === null || markdownLineEnding(code)) {
      effects.exit('mathFlowValue');
      return tail[0] === close[0] && tail[1] === close[1] ? after(code) : atBreak(code);
    }
    if (!markdownSpace(code)) tail = [tail[1], code];
    effects.consume(code);
    return inLine;
  };
  const after: State = (code) => {
    effects.exit('mathFlow');
    return ok(code);
  };
  return start;
};

const mathText: Construct = { name: 'mathText', tokenize: tokenizeMathText };
const mathFlow: Construct = { name: 'mathFlow', tokenize: tokenizeMathFlow, concrete: true };

export const mathSyntax: Extension = {
  flow: { [DOLLAR]: mathFlow, [BACKSLASH]: mathFlow },
  text: { [DOLLAR]: mathText, [BACKSLASH]: mathText },
};
