import type { Metrics } from '#kernel/metrics.ts';
import type { Tracer } from '#kernel/tracing/tracer.ts';
import { costOf, type Model, ModelError, type ModelPart, type Price } from './model.ts';
import type { Provider } from './provider.ts';

/** Label of the demo model, which has no provider. */
export const DEMO = 'demo';
const SECONDS = [0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];

/** Providers from the environment are labeled by name; those entered by organizations, of which there may be any number, by kind. */
export const labelOf = ({ slug, kind, configured }: Pick<Provider, 'slug' | 'kind' | 'configured'>): string =>
  configured === 'environment' ? slug : kind;

/** Counts model calls by provider: their outcome, duration, tokens and cost. A call that was stopped counts as `stopped`. */
export function countCalls(metrics: Metrics, tracer: Tracer | undefined) {
  const calls = metrics.counter('model_calls_total', 'Model calls, by provider and outcome', ['provider', 'outcome']);
  const failures = metrics.counter('model_failures_total', 'Failed model calls, by provider and cause', ['provider', 'code']);
  const seconds = metrics.histogram('model_call_seconds', 'Duration of finished model calls, by provider', ['provider'], SECONDS);
  const tokens = metrics.counter('model_tokens_total', 'Tokens of finished model calls, by provider', ['provider', 'direction']);
  const cost = metrics.counter('model_cost_dollars_total', 'Cost of finished model calls with a known price', ['provider']);

  return (provider: string, price: Price | undefined, call: Model): Model =>
    (request) => {
      const parts = call(request)[Symbol.asyncIterator]();
      const begun = performance.now();
      const span = tracer?.child(`model call ${provider}`, 'client');
      let isOver = false;

      function end(outcome: 'done' | 'failed' | 'stopped'): void {
        if (isOver) return;
        isOver = true;
        calls.inc({ provider, outcome });
        span?.end({ 'gen_ai.provider.name': provider, 'guildhall.outcome': outcome }, outcome === 'failed' ? 'the call failed' : undefined);
      }

      function note(result: IteratorResult<ModelPart>): IteratorResult<ModelPart> {
        if (result.done) end('stopped');
        else if (result.value.type === 'finish') {
          const { inputTokens, outputTokens } = result.value;
          seconds.observe({ provider }, (performance.now() - begun) / 1000);
          tokens.inc({ provider, direction: 'input' }, inputTokens);
          tokens.inc({ provider, direction: 'output' }, outputTokens);
          cost.inc({ provider }, costOf(price, inputTokens, outputTokens) ?? 0);
          end('done');
        }
        return result;
      }

      function fail(error: unknown): never {
        if (error instanceof ModelError) failures.inc({ provider, code: error.code });
        end(error instanceof ModelError ? 'failed' : 'stopped');
        throw error;
      }

      async function leave(): Promise<IteratorResult<ModelPart>> {
        end('stopped');
        await parts.return?.();
        return { done: true, value: undefined };
      }

      // Not a generator, which would cost each token as much as everything else on its way.
      return { [Symbol.asyncIterator]: () => ({ next: () => parts.next().then(note, fail), return: leave }) };
    };
}
