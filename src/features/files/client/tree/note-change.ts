import type { QueryClient } from '@tanstack/react-query';
import type { Change } from '#features/files/contract.ts';
import { refreshFiles } from '../queries.ts';
import { changedFolders } from './changed-folders.ts';
import { refreshListings } from './listing.ts';

/**
 * Lists the folders again that a change made here has touched. All else learns of it as of the changes of others.
 * @param change null: it is not in the history, as for empty folders
 * @returns when the listings on the screen have it
 */
export async function noteChange(client: QueryClient, projectId: string, change: Change | null): Promise<void> {
  void refreshFiles(client, projectId);
  await refreshListings(client, projectId, change ? changedFolders([change]) : undefined);
}
