/** Addresses of downloads, which the browser streams to disk by itself. */
import { exportFiles } from '#features/files/transfer-contract.ts';
import { urlOf } from '#wire/call.ts';

/**
 * The zip of a project, or of a folder or file in it.
 * @param at number of a change: as of that change
 */
export const exportUrl = (projectId: string, query: { path?: string; at?: number } = {}): string =>
  urlOf(exportFiles, { params: { projectId }, query });
