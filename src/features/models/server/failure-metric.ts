import type { Metrics } from '#kernel/metrics.ts';
import { type Model, ModelError } from './model.ts';
import type { Provider } from './provider.ts';

/**
 * Counts failed model calls, by provider and cause. Providers from the environment are labeled by name; those entered by organizations, of
 * which there may be any number, by kind.
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
