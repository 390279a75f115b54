/** Lookups over the registry of provider kinds. */
import type { ProviderKind } from './kind.ts';
import * as registry from './registry.ts';

export type ProviderKindId = (typeof registry)[keyof typeof registry]['id'];

type RegisteredKind = ProviderKind & { readonly id: ProviderKindId };

/** In the order of the lists that people choose from. */
export const providerKinds = Object.values<RegisteredKind>(registry).sort((one, other) => one.order - other.order) as [
  RegisteredKind,
  ...RegisteredKind[],
];

export const providerKindIds = providerKinds.map(({ id }) => id);

/** @throws Error for an unknown id */
export function kindOf(id: string): RegisteredKind {
  const kind = providerKinds.find((candidate) => candidate.id === id);
  if (!kind) throw new Error(`there is no provider kind ${id}`);
  return kind;
}

const environments = providerKinds.flatMap(({ environment }) => environment ?? []);

/** Slugs of the environment's providers, and the built-in model. */
export const reservedSlugs: readonly string[] = ['practice', ...environments.flatMap(({ slugs }) => slugs)];
