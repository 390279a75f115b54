import type { ModelSettings } from '#features/models/contract.ts';
import { providerKindIds } from '#features/models/kinds/kinds.ts';
import type { ModelProvider } from '#features/models/providers-contract.ts';
import { statement } from '#kernel/database/statement.ts';

export interface ProviderRow {
  id: string;
  organization_id: string;
  slug: string;
  kind: ModelProvider['kind'];
  name: string;
  url: string | null;
  models: string[];
  private_network: boolean;
  sealed_key: Buffer | null;
  key_end: string | null;
  changed_at: string;
}

const columns = 'id, organization_id, slug, kind, name, url, models, private_network, sealed_key, key_end, changed_at';

/** Without kinds that only a later version knows, which may have been stored before a rollback. */
const known = providerKindIds.map((kind) => `'${kind}'`).join(', ');

export const selectProviders = statement<ProviderRow, { organizationId: string }>(
  'models.select-providers',
  `select ${columns} from model_providers where organization_id = $organizationId and kind in (${known}) order by lower(name), id`,
);

/** Of all organizations. */
export const selectAllProviders = statement<ProviderRow, { limit: number }>(
  'models.select-all-providers',
  `select ${columns} from model_providers where kind in (${known}) order by changed_at desc, id limit $limit`,
);

export const selectProvider = statement<ProviderRow, { id: string }>(
  'models.select-provider',
  `select ${columns} from model_providers where id = $id`,
);

interface Values {
  name: string;
  url: string | null;
  models: string[];
  privateNetwork: boolean;
  sealedKey: Buffer | null;
  keyEnd: string | null;
  userId: string;
}

/** Returns no row if the organization has reached its limit. */
export const insertProvider = statement<
  ProviderRow,
  { id: string; organizationId: string; slug: string; kind: ModelProvider['kind']; max: number } & Values
>(
  'models.insert-provider',
  `insert into model_providers (id, organization_id, slug, kind, name, url, models, private_network, sealed_key, key_end, user_id)
   select $id, $organizationId, $slug, $kind, $name, $url, $models, $privateNetwork, $sealedKey, $keyEnd, $userId
   where (select count(*) from model_providers where organization_id = $organizationId) < $max
   returning ${columns}`,
);

export const updateProvider = statement<ProviderRow, { id: string } & Values>(
  'models.update-provider',
  `update model_providers set name = $name, url = $url, models = $models, private_network = $privateNetwork, sealed_key = $sealedKey,
     key_end = $keyEnd, user_id = $userId, changed_at = now()
   where id = $id returning ${columns}`,
);

export const deleteProvider = statement<ProviderRow, { id: string }>(
  'models.delete-provider',
  `delete from model_providers where id = $id returning ${columns}`,
);

interface SettingsRow {
  allowed: string[] | null;
  default_model: string | null;
  fallback_model: string | null;
  prices: ModelSettings['prices'];
}

export const selectSettings = statement<SettingsRow, { organizationId: string }>(
  'models.select-settings',
  'select allowed, default_model, fallback_model, prices from model_settings where organization_id = $organizationId',
);

export const upsertSettings = statement<
  never,
  { organizationId: string; allowed: string[] | null; defaultModel: string | null; fallback: string | null; prices: string; userId: string }
>(
  'models.upsert-settings',
  `insert into model_settings (organization_id, allowed, default_model, fallback_model, prices, user_id)
   values ($organizationId, $allowed, $defaultModel, $fallback, $prices, $userId)
   on conflict (organization_id) do update set allowed = excluded.allowed, default_model = excluded.default_model,
     fallback_model = excluded.fallback_model, prices = excluded.prices, user_id = excluded.user_id, changed_at = now()`,
);
