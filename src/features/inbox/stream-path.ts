/** Where the live stream is. Apart from its contract, which the first page would otherwise load with all that it is made of. */
export const STREAM_PATH = '/api/approvals/events';
