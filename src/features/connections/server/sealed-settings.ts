/** The sealed settings of a tool server, and what happens to them when settings change. */
import { invalid } from '#kernel/errors.ts';
import type { Credentials } from './credentials.ts';
import type { ToolServerRow } from './queries.ts';
import { texts } from './texts.ts';

interface Named {
  url?: string | undefined;
  token?: string | null | undefined;
  headers?: { name: string; value?: string | undefined }[] | undefined;
  query?: '' | undefined;
}

type Sealed = Pick<ToolServerRow, 'url' | 'token' | 'headers' | 'query'> & { headerNames: string[]; queryNames: string[] };

/** Splits an address into the part without parameters, and the parameters. */
export function splitAddress(address: string): { url: string; query: string | undefined; queryNames: string[] } {
  const url = new URL(address);
  const query = url.search.slice(1);
  url.search = '';
  url.hash = '';
  return { url: url.href, query: query === '' ? undefined : query, queryNames: [...new Set(new URLSearchParams(query).keys())] };
}

/**
 * A person who may change the address has not seen the sealed values and must not be able to send them to another server: if the origin
 * changes, only values entered again are preserved.
 * @param row the current row; undefined for a new server
 * @throws 409 `no_encryption_key`, 422
 */
export function sealSettings(credentials: Credentials, id: string, row: ToolServerRow | undefined, named: Named): Sealed {
  const { url, query, queryNames } = splitAddress(named.url ?? row?.url ?? '');
  const stays = row !== undefined && new URL(url).origin === new URL(row.url).origin;
  const before = stays ? row : undefined;
  const token = named.token === undefined ? (before?.token ?? null) : named.token === null ? null : credentials.seal(named.token, id);
  const headers = sealHeaders(credentials, id, before, named.headers);
  if (token && headers.headerNames.some((name) => name.toLowerCase() === 'authorization'))
    throw invalid([{ path: 'headers', message: texts.problems.twoTokens }]);
  if (query !== undefined) return { url, token, ...headers, query: credentials.seal(query, id), queryNames };
  const kept = named.query === undefined ? before : undefined;
  return { url, token, ...headers, query: kept?.query ?? null, queryNames: kept?.query_names ?? [] };
}

function sealHeaders(credentials: Credentials, id: string, before: ToolServerRow | undefined, named: Named['headers']) {
  if (!named) return { headers: before?.headers ?? null, headerNames: before?.header_names ?? [] };
  if (named.length === 0) return { headers: null, headerNames: [] };
  const isKept = named.some(({ value }) => value === undefined);
  const stored = new Map(
    before && isKept ? Object.entries(credentials.headersOf(before)).map(([name, value]) => [name.toLowerCase(), value]) : [],
  );
  const values = named.map(({ name, value = stored.get(name.toLowerCase()) }) => [name, value] as const);
  const empty = values.findIndex(([, value]) => value === undefined);
  if (empty >= 0) throw invalid([{ path: `headers.${empty}.value`, message: texts.problems.noValue }]);
  return { headers: credentials.seal(JSON.stringify(Object.fromEntries(values)), id), headerNames: values.map(([name]) => name) };
}
