/** What providers say of their models, kept in memory for a while, so that neither a screen nor a step waits for them each time. */
import type { ModelError, ModelErrorCode } from './model.ts';
import type { ListedModel } from './model-list.ts';
import type { Provider } from './provider.ts';

export interface Listing {
  models: ListedModel[];
  /** Why there are none, or only those that somebody entered. */
  failure?: ModelError;
}

interface CachedListing {
  at: number;
  listing: Promise<Listing>;
  /** The last one that was a list, while a newer one is being asked for. */
  before?: Listing | undefined;
}

/** How long a list is believed by whoever looks at it. */
const BELIEVED_MS = 10_000;
/** How old it may be for a step, which wants to know a context window and a price. */
const BELIEVED_IN_STEPS_MS = 5 * 60_000;
const ASK_MS = 3000;
/** Somebody who is there at all answers on this machine at once. */
const ASK_LOCAL_MS = 300;

/** How servers answer that do not list their models. */
const HAS_NO_LIST: ModelErrorCode[] = ['model_unknown', 'provider_broken', 'request_refused'];

export function createListings() {
  // A provider that was changed is another object, so what the former one said goes with it.
  const cachedListings = new WeakMap<Provider, CachedListing>();

  async function ask(provider: Provider, timeoutMs = provider.optional ? ASK_LOCAL_MS : ASK_MS): Promise<Listing> {
    const entered = provider.entered.map((name): ListedModel => ({ name }));
    try {
      const listed = await provider.list(AbortSignal.timeout(timeoutMs));
      return { models: [...listed, ...entered.filter(({ name }) => !listed.some((model) => model.name === name))] };
    } catch (error) {
      const failure = error as ModelError;
      // It has no list, and that is why somebody entered them. Whether they are there a run will tell.
      return { models: entered, ...(!(entered.length > 0 && HAS_NO_LIST.includes(failure.code)) && { failure }) };
    }
  }

  function get(provider: Provider, age: number): CachedListing {
    const known = cachedListings.get(provider);
    if (known && performance.now() - known.at <= age) return known;
    const fresh: CachedListing = { at: performance.now(), listing: ask(provider), before: known?.before };
    cachedListings.set(provider, fresh);
    void fresh.listing.then((listing) => {
      if (!listing.failure) fresh.before = listing;
    });
    return fresh;
  }

  return {
    ask,
    /** At most 10 s old. */
    current: (provider: Provider): Promise<Listing> => get(provider, BELIEVED_MS).listing,
    /** What it said last, without waiting for it where it has said anything. */
    async lastKnown(provider: Provider): Promise<Listing> {
      const { before, listing } = get(provider, BELIEVED_IN_STEPS_MS);
      return before ?? listing;
    },
  };
}
