/** The path of the live stream. Separate from its contract, which would pull all its schemas into the first page. */
export const STREAM_PATH = '/api/approvals/events';
