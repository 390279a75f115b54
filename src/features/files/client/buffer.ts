/**
 * buffer: one open file · base: the text on the server, at `version` · theirs: a newer version that another person saved during editing.
 */
import type { Author } from '#features/files/contract.ts';
import type { Encoding } from './text.ts';

/** A string, or the editor's text: converted to a string only when needed. */
export interface Content {
  readonly length: number;
  toString(): string;
}

export interface Theirs {
  /** Null: deleted. */
  version: string | null;
  text: string;
  encoding: Encoding;
  by?: Author | undefined;
}

/** A file's bytes on the server. */
export interface Loaded {
  bytes: Uint8Array;
  version: string;
}

/** @param known a version that need not be loaded @returns undefined if it is still that version */
export type Load = (path: string, known?: string) => Promise<Loaded | undefined>;

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
  encoding: Encoding;
  dirty: boolean;
  saving: boolean;
  saveError?: unknown;
  theirs?: Theirs | undefined;
  /** Both versions are shown, for the user to choose. */
  comparing?: boolean | undefined;
  /** When the restored draft of this file was written. */
  draftAt?: string | undefined;
  /** The browser's storage had no space for a draft. */
  unkept?: boolean;
  /** Who changed the file while it was open here without unsaved changes. */
  refreshedBy?: Author | undefined;
  /** Increases when the text is replaced from outside the editor. */
  revision: number;
  /** The last replacement was not the user's, so the editor's undo skips it. */
  byOthers?: boolean | undefined;
}

export type Buffer = { kind: 'loading' } | { kind: 'failed'; error: unknown } | BinaryBuffer | TextBuffer;
