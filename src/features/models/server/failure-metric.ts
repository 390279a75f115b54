import type { Metrics } from '#kernel/metrics.ts';
import { type Model, ModelError } from './model.ts';
import type { Provider } from './provider.ts';

/**
 * Counts calls of models that fail, by provider and by why. Providers of the environment go by their own name; those that organizations
 * have entered, of which there may be any number, by their kind.
 */
export function countFailures(metrics: Metrics) {
  const failures = metrics.counter('model_failures_total', 'Failed model calls, by provider and cause', ['provider', 'code']);
  return ({ slug, kind, configured }: Pick<Provider, 'slug' | 'kind' | 'configured'>, call: Model): Model =>
    async function* counted(request) {
      try {
        yield* call(request);
      } catch (error) {
        if (error instanceof ModelError) failures.inc({ provider: configured === 'environment' ? slug : kind, code: error.code });
        throw error;
      }
    };
}
