/** The environment variables of all provider kinds, and the providers they configure. */
import type { EnvironmentProvider } from './kinds/environment.ts';
import { providerKinds } from './kinds/kinds.ts';

export type { EnvironmentProvider };

const environments = providerKinds.flatMap(({ environment }) => environment ?? []);

/** Part of the environment's schema. */
export const providerVariables = Object.assign({}, ...environments.map(({ variables }) => variables));

/** @param values the parsed environment */
export const readProviders = (values: Record<string, unknown>): EnvironmentProvider[] =>
  environments.toSorted((one, other) => one.rank - other.rank).flatMap((environment) => environment.providers(values));
