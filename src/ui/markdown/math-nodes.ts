/** Formulas as nodes of the Markdown tree. */
import type { Literal } from 'mdast';
import type { CompileContext, Extension as FromMarkdown, Handle, Token } from 'mdast-util-from-markdown';

export interface Formula extends Literal {
  type: 'math' | 'inlineMath';
  /** The opening delimiter: `$$`, `\(` or `\[`. */
  open: string;
}

declare module 'mdast' {
  interface RootContentMap {
    math: Formula & { type: 'math' };
    inlineMath: Formula & { type: 'inlineMath' };
  }
  interface PhrasingContentMap {
    inlineMath: Formula & { type: 'inlineMath' };
  }
}

const enterMath = (type: Formula['type']): Handle =>
  function (token) {
    this.enter({ type, value: '', open: '' } as Formula as never, token);
    this.buffer();
  };

const exitMath: Handle = function (token) {
  const value = this.resume();
  const node = this.stack.at(-1) as unknown as Formula;
  node.open = this.sliceSerialize(token).slice(0, 2);
  node.value = value;
  this.exit(token);
};

function addText(this: CompileContext, token: Token): void {
  this.config.enter.data?.call(this, token);
  this.config.exit.data?.call(this, token);
}

export const mathFromMarkdown: FromMarkdown = {
  enter: { mathFlow: enterMath('math'), mathText: enterMath('inlineMath') },
  exit: { mathFlow: exitMath, mathFlowValue: addText, mathText: exitMath, mathTextData: addText },
};
