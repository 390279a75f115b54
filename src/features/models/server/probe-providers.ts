/** Whether providers answer, for the doctor: asks each for its list of models, which costs nothing. */
import { kindOf } from '#features/models/kinds/kinds.ts';
import type { EnvironmentProvider } from '#features/models/provider-variables.ts';
import type { Queryable } from '#kernel/database/statement.ts';
import { createVault } from '#kernel/vault.ts';
import { createListings } from './listings.ts';
import { openStored } from './model-providers.ts';
import { createProvider } from './provider.ts';
import * as sql from './queries.ts';

/** Of those entered on screen, the last changed ones: an installation with hundreds of organizations has too many to ask. */
const MAX_STORED = 20;

interface ProbedProvider {
  name: string;
  /** Why it does not answer; undefined if it does. */
  failure?: string;
}

/** @param db undefined: only the providers of the environment */
export async function probeProviders(
  db: Queryable | undefined,
  { providers, encryptionKeys }: { providers: readonly EnvironmentProvider[]; encryptionKeys: readonly string[] },
): Promise<ProbedProvider[]> {
  const vault = createVault(encryptionKeys);
  const stored = db ? await sql.selectAllProviders(db, { limit: MAX_STORED }) : [];
  const all = [
    ...providers
      .filter(({ optional }) => !optional)
      .map((provider) => createProvider({ ...provider, kind: kindOf(provider.kind).id, configured: 'environment', privateNetwork: true })),
    ...stored.map((row) => openStored(row, vault)),
  ];
  const { ask } = createListings();
  return Promise.all(
    all.map(async (provider) => {
      const { failure } = await ask(provider);
      return { name: provider.name, ...(failure && { failure: failure.message }) };
    }),
  );
}
