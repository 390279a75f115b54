/** A parsed Markdown text, as data: the worker's output for the page. Bounded, so it renders quickly. */

/** Text, or a piece of text with a color. */
export type Piece = string | readonly [colour: string, text: string];

/** An element of a formula, as rendered by KaTeX. */
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
  /** Not broken at its hyphens, such as a date. */
  | { type: 'whole'; text: string }
  /** `href` is safe to follow; `to` is a relative address of a file; `anchor` a heading of the text; without any, the link leads nowhere. */
  | { type: 'link'; href?: string; to?: string; anchor?: string; children: readonly Inline[] }
  /** Only with a relative address: a picture from another site would tell that site who reads the text, so it is a link. */
  | { type: 'picture'; to: string; alt: string }
  | { type: 'note'; number: number }
  /** Shown as source without `drawn`. */
  | { type: 'math'; tex: string; drawn?: readonly MathNode[] };

export interface ListItem {
  /** Null if it is not a task item. */
  checked: boolean | null;
  children: readonly Block[];
}

export type Block =
  | { type: 'paragraph'; children: readonly Inline[] }
  /** Text without paragraph margins, as in a list without empty lines. */
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
  /** Too large to render: shown as source. */
  | { type: 'plain'; text: string };

/** A block as JSON: while a text grows, most of its blocks stay the same string, and are not rendered again. */
export interface WrittenBlock {
  json: string;
  /** Approximate number of elements it renders. */
  size: number;
  /** For a heading: 1 if it is below no other heading, and one more per level, whatever levels the text skips. */
  depth?: number;
}

export interface MarkdownDocument {
  blocks: readonly WrittenBlock[];
  /** Highlighting or formulas are missing because their code is still loading. */
  incomplete: boolean;
}

export const MAX_CHARACTERS = 200_000;
/** Nesting of blocks and emphasis; anything deeper is shown as source. */
export const MAX_DEPTH = 24;
/** Elements of one block, and of all blocks together. */
export const MAX_BLOCK_SIZE = 4_000;
export const MAX_SIZE = 30_000;
