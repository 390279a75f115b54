/** JSON without what PostgreSQL cannot store: NUL and lone surrogates, which a model or a file may contain. */
export function toJsonb(data: unknown): string {
  return JSON.stringify(data).replace(/(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/gi, '$1\\ufffd');
}
