/**
 * Models that runs can call. Providers come from the environment and from the organization's settings, a model server on this machine is
 * detected automatically, and the demo model is always available. The organization's settings define which models are allowed, the default,
 * the fallback and prices.
 * Terms: provider, a service that serves models · slug, the first part of its models' ids · fallback, the model called when another model's
 * provider fails.
 */
import { isDeepStrictEqual } from 'node:util';
import type * as z from 'zod';
import type { AuditLog, Person } from '#features/audit-log/server/audit-log.ts';
import type { KnownModel, listModels, Model as ModelInfo, ModelSettings } from '#features/models/contract.ts';
import { kindOf } from '#features/models/kinds/kinds.ts';
import type { EnvironmentProvider } from '#features/models/provider-variables.ts';
import { createCache } from '#kernel/cache.ts';
import type { Database } from '#kernel/database/pool.ts';
import { HttpProblem } from '#kernel/errors.ts';
import type { EventBus } from '#kernel/event-bus.ts';
import type { Metrics } from '#kernel/metrics.ts';
import type { Tracer } from '#kernel/tracing/tracer.ts';
import { createVault } from '#kernel/vault.ts';
import { countCalls, DEMO, labelOf } from './call-metrics.ts';
import { createDemoModel } from './demo-model.ts';
import { createListings, type Listing } from './listings.ts';
import type { OpenModel, Price } from './model.ts';
import type { ListedModel } from './model-list.ts';
import { createModelProviders } from './model-providers.ts';
import { checkSettings, isAllowed, readSettings, writeSettings } from './model-settings.ts';
import { createProvider, type Provider } from './provider.ts';
import * as sql from './queries.ts';
import { texts } from './texts.ts';
import { type Timeouts, withTimeouts } from './timeouts.ts';
import { wellKnown } from './well-known.ts';

export { probeProviders } from './probe-providers.ts';
export type Models = ReturnType<typeof createModels>;
type Unreachable = z.infer<(typeof listModels.replies)[200]>['unreachable'];

interface Options {
  db: Database;
  auditLog: AuditLog;
  eventBus: EventBus;
  metrics: Metrics;
  /** Available to every organization. */
  providers: readonly EnvironmentProvider[];
  /** From the environment; if empty, no API key can be entered. */
  encryptionKeys: readonly string[];
  timeouts: Timeouts;
  /** Milliseconds between the demo model's tokens. */
  demoPace?: number | undefined;
  tracer: Tracer | undefined;
}

/** An organization's providers and settings. */
interface Known {
  providers: Provider[];
  settings: ModelSettings;
}

const DEMO_MODEL = 'practice';
const DEMO_CONTEXT_TOKENS = 128_000;
const FREE: Price = { input: 0, output: 0 };
const MAX_ORGANIZATIONS = 2000;
/** A person waits for this test. */
const TEST_MS = 10_000;

export function createModels({
  db,
  auditLog,
  eventBus,
  metrics,
  providers: environment,
  encryptionKeys,
  timeouts,
  demoPace,
  tracer,
}: Options) {
  const ofEnvironment = environment.map((provider) =>
    createProvider({ ...provider, kind: kindOf(provider.kind).id, configured: 'environment', privateNetwork: true }),
  );
  const stored = createModelProviders({
    db,
    auditLog,
    vault: createVault(encryptionKeys),
    canKeepKeys: encryptionKeys.length > 0,
    forget: (organizationId) => cache.invalidate(organizationId),
  });
  const counting = countCalls(metrics, tracer);
  const listings = createListings();
  const demo = createDemoModel(demoPace === undefined ? {} : { pace: demoPace });
  const cache = createCache<Known>({
    eventBus,
    channel: 'models',
    load: async (organizationId) => {
      const [rows, settings] = await Promise.all([sql.selectProviders(db, { organizationId }), readSettings(db, organizationId)]);
      return { providers: [...ofEnvironment, ...rows.map(stored.open)], settings };
    },
    max: MAX_ORGANIZATIONS,
    counts: metrics.cache('models'),
  });

  async function know(organizationId: string): Promise<Known> {
    const known = await cache.get(organizationId);
    if (!known) throw new Error('an organization always has models');
    return known;
  }

  /** All models, allowed or not. */
  async function survey(organizationId: string): Promise<{ models: KnownModel[]; unreachable: Unreachable; settings: ModelSettings }> {
    const { providers, settings } = await know(organizationId);
    const answers = await Promise.all(providers.map(async (provider) => ({ provider, ...(await listings.current(provider)) })));
    const models = answers.flatMap(({ provider, models }) => models.map((model) => describe(provider, model, settings)));
    models.push(describeDemo(settings));
    const allowed = models.filter((model) => model.allowed);
    const first = allowed.find((model) => model.id === settings.default) ?? allowed[0];
    if (first) first.default = true;
    const unreachable = answers.flatMap(({ provider, failure }) =>
      failure && !provider.optional ? [{ provider: provider.name, reason: failure.message }] : [],
    );
    return { models, unreachable, settings };
  }

  /** @returns the provider of a model and the model's name; undefined if the provider does not exist */
  function locate({ providers }: Known, id: string): { provider: Provider; name: string } | undefined {
    const slash = id.indexOf('/');
    const provider = providers.find(({ slug }) => slug === id.slice(0, slash));
    return provider && { provider, name: id.slice(slash + 1) };
  }

  async function exists(known: Known, id: string): Promise<boolean> {
    if (id === DEMO_MODEL) return true;
    const located = locate(known, id);
    if (!located) return false;
    const { models, failure } = await listings.current(located.provider);
    // If the provider cannot be reached now, it may still have the model; the run will show.
    return failure !== undefined || models.some((model) => model.name === located.name);
  }

  /** The default in the settings if it is available; else the first model. */
  async function chooseDefault(organizationId: string, known: Known): Promise<string> {
    const named = known.settings.default;
    if (named !== null && isAllowed(known.settings, named) && (await exists(known, named))) return named;
    const first = (await survey(organizationId)).models.find((model) => model.default);
    if (!first) throw new HttpProblem(422, 'model_unknown', texts.problems.noneThere);
    return first.id;
  }

  return {
    stored,
    /** Slugs of the providers called with keys from the environment. */
    operatorKeys: ofEnvironment.filter(({ hasKey }) => hasKey).map(({ slug }) => slug),
    environment: ofEnvironment.filter((provider) => !provider.optional).map(({ slug, name }) => ({ slug, name })),

    async list(organizationId: string): Promise<{ models: ModelInfo[]; unreachable: Unreachable }> {
      const { models, unreachable } = await survey(organizationId);
      return { models: models.filter((model) => model.allowed).map(({ allowed: _, providerPrice: __, ...model }) => model), unreachable };
    },

    survey,

    /** @throws 422 that names every unknown model */
    async set(actor: Person, organizationId: string, settings: ModelSettings): Promise<void> {
      const [known, { models }] = await Promise.all([know(organizationId), survey(organizationId)]);
      const ids = new Set(models.map((model) => model.id));
      const silent = new Set<string>();
      for (const provider of known.providers) if ((await listings.current(provider)).failure) silent.add(provider.slug);
      checkSettings(settings, known.settings, (id) => ids.has(id) || silent.has(id.slice(0, Math.max(0, id.indexOf('/')))));
      const changed = Object.entries(settings).flatMap(([name, value]) =>
        isDeepStrictEqual(value, known.settings[name as keyof ModelSettings]) ? [] : name,
      );
      const { allowed, default: first, fallback } = settings;
      await db.transaction(async (tx) => {
        await writeSettings(tx, organizationId, settings, actor.userId);
        const detail = { changed, allowed: allowed?.length ?? 'all', default: first, fallback };
        if (changed.length > 0) tx.withCommit(auditLog.record(tx, { organizationId, actor, action: 'models.change', detail }));
      });
      cache.invalidate(organizationId);
    },

    /** Lists a provider's models now. */
    async test(row: sql.ProviderRow): Promise<Listing> {
      return listings.ask(stored.open(row), TEST_MS);
    },

    /**
     * @returns the id of the given model, or of the default if none is given
     * @throws 422 `model_unknown`, `model_not_allowed`
     */
    async choose(organizationId: string, id?: string): Promise<string> {
      const known = await know(organizationId);
      if (id === undefined) return chooseDefault(organizationId, known);
      if (!isAllowed(known.settings, id)) throw notAllowed(id);
      if (!(await exists(known, id))) throw new HttpProblem(422, 'model_unknown', texts.problems.notAvailable(id));
      return id;
    },

    /** The model itself; undefined if its provider is gone or it is no longer allowed. Costs no query. */
    async open(organizationId: string, id: string): Promise<OpenModel | undefined> {
      const known = await know(organizationId);
      if (!isAllowed(known.settings, id)) return undefined;
      if (id === DEMO_MODEL) {
        const price = known.settings.prices[id] ?? FREE;
        return { id, call: counting(DEMO, price, demo), contextTokens: DEMO_CONTEXT_TOKENS, price };
      }
      const located = locate(known, id);
      if (!located) return undefined;
      const { provider, name } = located;
      const listed = (await listings.lastKnown(provider)).models.find((model) => model.name === name);
      const { contextTokens, price } = describe(provider, listed ?? { name }, known.settings);
      return {
        id,
        call: counting(labelOf(provider), price ?? undefined, withTimeouts(provider.model(name), timeouts, provider.name)),
        contextTokens,
        ...(price && { price }),
      };
    },

    /** The model to call when this one's provider fails; undefined if there is none. */
    async fallbackOf(organizationId: string, id: string): Promise<string | undefined> {
      const known = await know(organizationId);
      const { fallback } = known.settings;
      if (fallback === null || fallback === id || !isAllowed(known.settings, fallback)) return undefined;
      return fallback === DEMO_MODEL || locate(known, fallback) ? fallback : undefined;
    },
  };
}

function describe(provider: Provider, { name, contextTokens, price }: ListedModel, settings: ModelSettings): KnownModel {
  const known = wellKnown(provider.kind, name);
  const id = `${provider.slug}/${name}`;
  const providerPrice = price ?? known.price ?? null;
  return {
    id,
    name,
    provider: provider.name,
    default: false,
    contextTokens: contextTokens ?? known.contextTokens,
    price: settings.prices[id] ?? providerPrice,
    allowed: isAllowed(settings, id),
    providerPrice,
  };
}

function describeDemo(settings: ModelSettings): KnownModel {
  return {
    id: DEMO_MODEL,
    name: texts.demo.name,
    provider: 'Guildhall',
    default: false,
    note: texts.demo.note,
    contextTokens: DEMO_CONTEXT_TOKENS,
    price: settings.prices[DEMO_MODEL] ?? FREE,
    allowed: isAllowed(settings, DEMO_MODEL),
    providerPrice: FREE,
  };
}

const notAllowed = (id: string) => new HttpProblem(422, 'model_not_allowed', texts.problems.notAllowed(id));
