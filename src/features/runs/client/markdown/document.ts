/** A read Markdown text, as data: what the worker hands to the page. Bounded, so that drawing it takes no longer than a moment. */

/** A text, or a piece of one in a colour. */
export type Piece = string | readonly [colour: string, text: string];

/** An element of a formula, as KaTeX draws it. */
export interface MathElement {
  tag: string;
  attributes: Readonly<Record<string, string>>;
  children: readonly MathNode[];
}
export type MathNode = string | MathElement;

export type Inline =
  | string
  | { type: 'emphasis' | 'strong' | 'delete'; children: readonly Inline[] }
  | { type: 'code'; text: string }
  | { type: 'break' }
  /** Not to be broken at its hyphens, such as a date. */
  | { type: 'whole'; text: string }
  /** `href` may be followed; `path` is that of a file in the project; neither leads nowhere. */
  | { type: 'link'; href?: string; path?: string; children: readonly Inline[] }
  | { type: 'note'; number: number }
  /** Without `drawn` it is shown as it is written. */
  | { type: 'math'; tex: string; drawn?: readonly MathNode[] };

export interface ListItem {
  /** Null where it is none to be ticked off. */
  checked: boolean | null;
  children: readonly Block[];
}

export type Block =
  | { type: 'paragraph'; children: readonly Inline[] }
  /** Text without the margins of a paragraph, as in a list without empty lines. */
  | { type: 'line'; children: readonly Inline[] }
  | { type: 'heading'; level: number; children: readonly Inline[] }
  | { type: 'code'; language: string; pieces: readonly Piece[] }
  | { type: 'quote'; children: readonly Block[] }
  | { type: 'list'; start: number | null; items: readonly ListItem[] }
  | {
      type: 'table';
      align: readonly (string | null)[];
      head: readonly (readonly Inline[])[];
      rows: readonly (readonly (readonly Inline[])[])[];
    }
  | { type: 'rule' }
  | { type: 'math'; tex: string; drawn?: readonly MathNode[] }
  | { type: 'notes'; notes: readonly { number: number; children: readonly Block[] }[] }
  /** What is too large to be drawn is shown as it is written. */
  | { type: 'plain'; text: string };

/** A block as JSON: while a text grows, most of its blocks stay the same text, and are not drawn again. */
export interface WrittenBlock {
  json: string;
  /** Elements that drawing it makes, about. */
  size: number;
  /** Of a heading: 1 for those that are below no other, and one more each, whatever levels the text skips. */
  depth?: number;
}

export interface MarkdownDocument {
  blocks: readonly WrittenBlock[];
  /** Colours or formulas are left out, because what makes them is being loaded. */
  incomplete: boolean;
}

export const MAX_CHARACTERS = 200_000;
/** Of blocks and emphasis in each other; what is deeper is shown as it is written. */
export const MAX_DEPTH = 24;
/** Elements of one block, and of all together. */
export const MAX_BLOCK_SIZE = 4_000;
export const MAX_SIZE = 30_000;
