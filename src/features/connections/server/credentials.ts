/** Credentials for a tool server: token, headers and URL parameters. Sealed in its row, opened when it is called. */
import { conflict, HttpProblem } from '#kernel/errors.ts';
import type { Vault } from '#kernel/vault.ts';
import type { ToolServerRow } from './queries.ts';
import { createRedactor } from './secrets.ts';
import { texts } from './texts.ts';

export type Credentials = ReturnType<typeof createCredentials>;

interface Target {
  /** With its parameters. */
  url: string;
  headers: Record<string, string>;
}

type Part = keyof typeof texts.problems.unreadable;

const unreadable = (part: Part) => new HttpProblem(422, 'token_unreadable', texts.problems.unreadable[part]);

/** @param vault undefined if the environment has no encryption key */
export function createCredentials(vault: Vault | undefined) {
  const open = (sealed: Buffer, row: Pick<ToolServerRow, 'id'>): string | undefined => vault?.open(sealed, row.id);

  function read(row: ToolServerRow, part: Part): string | undefined {
    const sealed = row[part];
    if (!sealed) return undefined;
    const opened = open(sealed, row);
    if (opened === undefined) throw unreadable(part);
    return opened;
  }

  return {
    /** @throws 409 `no_encryption_key` */
    seal(secret: string, id: string): Buffer {
      if (vault) return vault.seal(secret, id);
      throw conflict('no_encryption_key', texts.problems.noKey);
    },
    canSeal: vault !== undefined,

    /** @throws HttpProblem `token_unreadable` */
    headersOf: (row: ToolServerRow): Record<string, string> => JSON.parse(read(row, 'headers') ?? '{}'),

    /** @throws HttpProblem `token_unreadable` */
    targetOf(row: ToolServerRow): Target {
      const token = read(row, 'token');
      const headers: Record<string, string> = JSON.parse(read(row, 'headers') ?? '{}');
      const query = read(row, 'query');
      return {
        url: query === undefined ? row.url : `${row.url}?${query}`,
        headers: { ...headers, ...(token !== undefined && { authorization: `Bearer ${token}` }) },
      };
    },

    /** Removes the credentials from what a server sends. */
    redactorOf(row: ToolServerRow): (text: string) => string {
      const [token, headers, query] = [row.token, row.headers, row.query].map((sealed) => sealed && open(sealed, row));
      const parameters = query ?? new URL(row.url).search.slice(1);
      const values = [...new URLSearchParams(parameters).values()];
      return createRedactor(
        [token, ...Object.values(JSON.parse(headers ?? '{}') as Record<string, string>), parameters, ...values].filter(isText),
      );
    },
  };
}

const isText = (value: string | null | undefined): value is string => typeof value === 'string' && value !== '';
