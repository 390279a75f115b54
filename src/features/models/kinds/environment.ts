/** The environment variables of a provider kind, and the providers they configure. */
import * as z from 'zod';

/** A provider configured in the environment. Every organization can use it. */
export interface EnvironmentProvider {
  /** First part of the ids of its models. */
  slug: string;
  name: string;
  /** Id of its kind. */
  kind: string;
  /** Undefined: the kind's default address. */
  url?: string | undefined;
  key?: string | undefined;
  /** Names of its models, for a provider that does not list them. */
  models?: readonly string[] | undefined;
  /** The address was guessed, not configured, so an unreachable server is no error. */
  optional?: boolean;
}

export interface KindEnvironment {
  /** Providers are sorted by rank, lowest first. A run without a model uses the first model of the first provider. */
  readonly rank: number;
  /** Slugs of its providers, which no organization's provider may use. */
  readonly slugs: readonly string[];
  readonly variables: z.ZodRawShape;
  /** @param values the parsed environment */
  providers(values: Record<string, unknown>): EnvironmentProvider[];
}

/** Types the values that `providers` receives by the schemas of its variables. */
export const defineEnvironment = <V extends z.ZodRawShape>(
  environment: Omit<KindEnvironment, 'variables' | 'providers'> & {
    variables: V;
    providers(values: z.output<z.ZodObject<V>>): EnvironmentProvider[];
  },
): KindEnvironment => environment as unknown as KindEnvironment;

/** @param description for `.env.example` */
export const textVariable = (description: string) => z.string().trim().min(1).optional().describe(description);

export const addressVariable = (example: string, description: string) =>
  z
    .url({ protocol: /^https?$/, error: `an address such as ${example}` })
    .optional()
    .describe(description);
