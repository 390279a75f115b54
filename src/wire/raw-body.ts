/** Bodies other than JSON: raw bytes in memory, or in a file on the server's disk. Apart from contracts, so that calls need no schemas. */
export type RawBody = 'bytes' | 'spooled';

export const isRawBody = (body: unknown): body is RawBody => body === 'bytes' || body === 'spooled';
