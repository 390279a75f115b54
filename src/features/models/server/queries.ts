import type { ModelProvider, ModelSettings } from '#features/models/contract.ts';
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

export const selectProviders = statement<ProviderRow, [organizationId: string]>(
  'models.select-providers',
  `select ${columns} from model_providers where organization_id = $1 order by lower(name), id`,
);

export const selectProvider = statement<ProviderRow, [id: string]>(
  'models.select-provider',
  `select ${columns} from model_providers where id = $1`,
);

type Values = [
  name: string,
  url: string | null,
  models: string[],
  privateNetwork: boolean,
  sealedKey: Buffer | null,
  keyEnd: string | null,
  userId: string,
];

/** No row when the organization has as many as it may have. */
export const insertProvider = statement<
  ProviderRow,
  [id: string, organizationId: string, slug: string, kind: string, max: number, ...Values]
>(
  'models.insert-provider',
  `insert into model_providers (id, organization_id, slug, kind, name, url, models, private_network, sealed_key, key_end, user_id)
   select $1, $2, $3, $4, $6, $7, $8, $9, $10, $11, $12
   where (select count(*) from model_providers where organization_id = $2) < $5
   returning ${columns}`,
);

export const updateProvider = statement<ProviderRow, [id: string, ...Values]>(
  'models.update-provider',
  `update model_providers set name = $2, url = $3, models = $4, private_network = $5, sealed_key = $6, key_end = $7, user_id = $8, changed_at = now()
   where id = $1 returning ${columns}`,
);

export const deleteProvider = statement<ProviderRow, [id: string]>(
  'models.delete-provider',
  `delete from model_providers where id = $1 returning ${columns}`,
);

interface SettingsRow {
  allowed: string[] | null;
  default_model: string | null;
  fallback_model: string | null;
  prices: ModelSettings['prices'];
}

export const selectSettings = statement<SettingsRow, [organizationId: string]>(
  'models.select-settings',
  'select allowed, default_model, fallback_model, prices from model_settings where organization_id = $1',
);

export const upsertSettings = statement<
  never,
  [organizationId: string, allowed: string[] | null, defaultModel: string | null, fallback: string | null, prices: string, userId: string]
>(
  'models.upsert-settings',
  `insert into model_settings (organization_id, allowed, default_model, fallback_model, prices, user_id)
   values ($1, $2, $3, $4, $5, $6)
   on conflict (organization_id) do update set allowed = excluded.allowed, default_model = excluded.default_model,
     fallback_model = excluded.fallback_model, prices = excluded.prices, user_id = excluded.user_id, changed_at = now()`,
);
