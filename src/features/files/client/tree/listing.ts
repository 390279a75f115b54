/** Listings of folders: each is loaded when it is opened, and kept until a change touches it. */
import { type QueryClient, queryOptions } from '@tanstack/react-query';
import { listFiles, type TreeEntry } from '#features/files/contract.ts';
import { call } from '#ui/app/call.ts';
import { hasStatus } from '#ui/format/explain.ts';

export interface Listing {
  /** Folders first, then by name. */
  entries: readonly TreeEntry[];
  /** There are more entries than one listing holds. */
  truncated: boolean;
  /** The folder does not exist. */
  gone: boolean;
}

export const listingKey = (projectId: string, folder: string) => ['files', projectId, 'folder', folder] as const;

export const listingQuery = (projectId: string, folder: string) =>
  queryOptions({
    queryKey: listingKey(projectId, folder),
    // Changes say when a listing is outdated (live/touched.ts).
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }): Promise<Listing> => {
      try {
        const query = folder === '' ? { depth: 1 } : { path: folder, depth: 1 };
        const { body } = await call(listFiles, { params: { projectId }, query }, { signal });
        return { entries: sortEntries(body.entries), truncated: body.truncated, gone: false };
      } catch (error) {
        if (folder === '' || !hasStatus(error, 404)) throw error;
        return { entries: [], truncated: false, gone: true };
      }
    },
  });

const collator = new Intl.Collator('en', { numeric: true });

const sortEntries = (entries: readonly TreeEntry[]): readonly TreeEntry[] =>
  entries.toSorted((a, b) => a.type.localeCompare(b.type) || collator.compare(a.path, b.path));

/**
 * Loads listings again, those that are shown at once.
 * @param folders by default, all
 */
export const refreshListings = (client: QueryClient, projectId: string, folders?: ReadonlySet<string>): Promise<void> =>
  client.invalidateQueries({
    queryKey: ['files', projectId, 'folder'],
    predicate: ({ queryKey }) => !folders || folders.has(String(queryKey[3])),
  });
