/** Providers' lists of models, cached so that neither screens nor steps wait for them each time. */
import type { ModelError, ModelErrorCode } from './model.ts';
import type { ListedModel } from './model-list.ts';
import type { Provider } from './provider.ts';

export interface Listing {
  models: ListedModel[];
  /** Why there are no models, or only manually entered ones. */
  failure?: ModelError;
}

interface CachedListing {
  at: number;
  listing: Promise<Listing>;
  /** The last successful list, used while a newer one is requested. */
  before?: Listing | undefined;
}

/** How long screens use a cached list. */
const BELIEVED_MS = 10_000;
/** How long steps, which need only context window and price, use a cached list. */
const BELIEVED_IN_STEPS_MS = 5 * 60_000;
const ASK_MS = 3000;
/** A server on this machine responds at once if it is running. */
const ASK_LOCAL_MS = 300;

/** Errors of servers that do not list their models. */
const HAS_NO_LIST: ModelErrorCode[] = ['model_unknown', 'provider_broken', 'request_refused'];

export function createListings() {
  // Changing a provider creates a new object, which drops the list of the old one.
  const cachedListings = new WeakMap<Provider, CachedListing>();

  async function ask(provider: Provider, timeoutMs = provider.optional ? ASK_LOCAL_MS : ASK_MS): Promise<Listing> {
    const entered = provider.entered.map((name): ListedModel => ({ name }));
    try {
      const listed = await provider.list(AbortSignal.timeout(timeoutMs));
      return { models: [...listed, ...entered.filter(({ name }) => !listed.some((model) => model.name === name))] };
    } catch (error) {
      const failure = error as ModelError;
      // The provider has no list, which is why models were entered by hand. Whether they exist shows in a run.
      return { models: entered, ...(!(entered.length > 0 && HAS_NO_LIST.includes(failure.code)) && { failure }) };
    }
  }

  function get(provider: Provider, age: number): CachedListing {
    const cached = cachedListings.get(provider);
    if (cached && performance.now() - cached.at <= age) return cached;
    const fresh: CachedListing = { at: performance.now(), listing: ask(provider), before: cached?.before };
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
    /** The last successful list, without waiting if there is one. */
    async lastKnown(provider: Provider): Promise<Listing> {
      const { before, listing } = get(provider, BELIEVED_IN_STEPS_MS);
      return before ?? listing;
    },
  };
}
