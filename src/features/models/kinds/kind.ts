/**
 * Everything Guildhall knows about one kind of provider. Server and client both load a kind's file, so it holds data and short pure
 * functions only; the code that speaks its protocol is in `server/protocols`, its name for people in `texts.ts`.
 */
import type { KindEnvironment } from './environment.ts';

export interface ProviderKind {
  /** Stored, and on the wire. */
  readonly id: string;
  /** Position in the lists that people choose from. */
  readonly order: number;

  readonly address: KindAddress;
  readonly key: {
    /** False if some servers of this kind need no key. */
    readonly required: boolean;
    /** The headers that carry the key. */
    headers(key: string): Record<string, string>;
  };
  readonly protocol: ProtocolName;
  readonly list: {
    /** Path below the address, with its query. */
    readonly path: string;
    /** Whether a listed model can be used in a run, on top of what the list says about it. Undefined: all can. */
    offers?(name: string): boolean;
  };
  readonly models: {
    /** Context window, in tokens, of a model whose own is unknown. */
    readonly contextTokens: number;
    /** The models of a kind with a fixed address. A self-hosted server may give its models any names. */
    readonly known: readonly KnownRow[];
  };
  /** Undefined: a provider of this kind can only be added in the settings. */
  readonly environment?: KindEnvironment;
}

/** Either the kind has a fixed address, or each of its providers has one. */
type KindAddress = {
  /** Try an entered address that has no version with `/v1` first, then as entered; the other way round by default. */
  readonly versionFirst?: boolean;
} & (
  | { readonly own: string }
  | {
      readonly own: null;
      readonly example: string;
      /** The address to enter ends with this path. */
      readonly end: string;
    }
);

/** The protocols in `server/protocols`, named after their endpoints. */
export type ProtocolName = 'responses' | 'messages' | 'chat-completions';

/** Name, context window in thousands of tokens, US dollars per million tokens of input and output. */
type KnownRow = readonly [name: string, context: number, input: number, output: number];

export const bearer = (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` });
