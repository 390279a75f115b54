/** Listings of folders: each is loaded when it is opened, and kept until a change touches it. */
import { type QueryClient, queryOptions } from '@tanstack/react-query';
import { listFiles, MAX_TREE_ENTRIES, type TreeEntry } from '#features/files/contract.ts';
import { nameWarnings } from '#features/files/name-warnings.ts';
import { call } from '#ui/app/call.ts';
import { hasStatus } from '#ui/format/explain.ts';
import type { CallOf, ReplyOf } from '#wire/contract.ts';
import { nameOf } from '../text.ts';

const ENTRIES_PER_PAGE = 2000;

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
        const { entries, truncated } = await loadPages(projectId, folder, signal);
        return { entries: sortEntries(entries), truncated, gone: false };
      } catch (error) {
        if (folder === '' || !hasStatus(error, 404)) throw error;
        return { entries: [], truncated: false, gone: true };
      }
    },
  });

type PageQuery = NonNullable<CallOf<typeof listFiles>['query']>;

/** Page by page, which are compressed: 20,000 entries at once are 6 MB. */
async function loadPages(projectId: string, folder: string, signal: AbortSignal): Promise<Pick<Listing, 'entries' | 'truncated'>> {
  const load = async (page: PageQuery) => {
    const query = { ...(folder !== '' && { path: folder }), depth: 1, ...page };
    return (await call(listFiles, { params: { projectId }, query }, { signal })).body;
  };
  const limit = ENTRIES_PER_PAGE;
  const first = await load({ limit }).catch((error: unknown) => {
    // During an upgrade, a server of the version before may answer, which knows no pages.
    if (hasStatus(error, 422)) return load({});
    throw error;
  });
  const entries = [...first.entries];
  let { nextCursor: cursor, truncated } = first;
  while (cursor !== undefined && entries.length < MAX_TREE_ENTRIES) {
    const page: ReplyOf<typeof listFiles>['body'] = await load({ limit, cursor });
    entries.push(...page.entries);
    ({ nextCursor: cursor, truncated } = page);
  }
  return { entries: entries.length > first.entries.length ? markAlike(entries) : entries, truncated };
}

/** Names that differ only in upper and lower case may be on different pages. */
function markAlike(entries: readonly TreeEntry[]): TreeEntry[] {
  const warnings = nameWarnings(entries.map(({ path }) => nameOf(path)));
  return entries.map((entry) => {
    const warning = warnings.get(nameOf(entry.path));
    return warning ? { ...entry, warning } : entry;
  });
}

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
