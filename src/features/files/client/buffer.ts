/**
 * buffer: one open file · base: the text as the server has it, at `version` · theirs: a newer version that somebody else
 * saved while something was typed here.
 */
import type { Author } from '#features/files/contract.ts';

/** A string, or the editor's own text: turned into a string only when one is needed. */
export interface Content {
  readonly length: number;
  toString(): string;
}

export interface Theirs {
  /** Null: deleted. */
  version: string | null;
  text: string;
  by?: Author | undefined;
}

interface BinaryBuffer {
  kind: 'binary';
  bytes: Uint8Array;
  version: string;
}

export interface TextBuffer {
  kind: 'text';
  /** Null: not on the server. */
  version: string | null;
  base: string;
  crlf: boolean;
  dirty: boolean;
  saving: boolean;
  saveError?: unknown;
  theirs?: Theirs | undefined;
  /** When the draft was written that came back with this file. */
  draftAt?: string | undefined;
  /** The browser had no room for a draft. */
  unkept?: boolean;
  /** Who changed the file while it was open and clean here. */
  refreshedBy?: Author | undefined;
  /** Rises when the text is replaced from outside the editor. */
  revision: number;
}

export type Buffer = { kind: 'loading' } | { kind: 'failed'; error: unknown } | BinaryBuffer | TextBuffer;
