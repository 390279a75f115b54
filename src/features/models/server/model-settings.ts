/** An organization's model settings: which models are allowed, the default, the fallback, and prices. */
import type { ModelSettings } from '#features/models/contract.ts';
import type { Queryable } from '#kernel/database/statement.ts';
import { type InputError, invalid } from '#kernel/errors.ts';
import * as sql from './queries.ts';
import { texts } from './texts.ts';

const nothingSaid: ModelSettings = { allowed: null, default: null, fallback: null, prices: {} };

export async function readSettings(db: Queryable, organizationId: string): Promise<ModelSettings> {
  const [row] = await sql.selectSettings(db, { organizationId });
  if (!row) return nothingSaid;
  return { allowed: row.allowed, default: row.default_model, fallback: row.fallback_model, prices: row.prices };
}

export async function writeSettings(db: Queryable, organizationId: string, settings: ModelSettings, userId: string): Promise<void> {
  const { allowed, fallback, prices } = settings;
  const unique = allowed && [...new Set(allowed)];
  await sql.upsertSettings(db, {
    organizationId,
    allowed: unique,
    defaultModel: settings.default,
    fallback,
    prices: JSON.stringify(prices),
    userId,
  });
}

export const isAllowed = ({ allowed }: ModelSettings, id: string): boolean => allowed === null || allowed.includes(id);

/**
 * @param isKnown whether the model exists, as far as known
 * @throws 422 that names every unknown id, and every contradiction
 */
export function checkSettings(settings: ModelSettings, former: ModelSettings, isKnown: (id: string) => boolean): void {
  // Models saved earlier may stay: a provider may have removed one from its list.
  const saved = new Set([
    ...(former.allowed ?? []),
    ...Object.keys(former.prices),
    ...[former.default, former.fallback].filter((id) => id !== null),
  ]);
  const unknown = (path: string, id: string | null): InputError[] =>
    id === null || saved.has(id) || isKnown(id) ? [] : [{ path, message: texts.problems.unknownModel(id) }];
  const forbidden = (path: string, id: string | null): InputError[] =>
    id === null || isAllowed(settings, id) ? [] : [{ path, message: texts.problems.allowToo(id) }];
  const errors = [
    ...(settings.allowed ?? []).flatMap((id, index) => unknown(`allowed.${index}`, id)),
    ...(settings.allowed?.length === 0 ? [{ path: 'allowed', message: texts.problems.allowNone }] : []),
    ...unknown('default', settings.default),
    ...forbidden('default', settings.default),
    ...unknown('fallback', settings.fallback),
    ...forbidden('fallback', settings.fallback),
    ...Object.keys(settings.prices).flatMap((id) => unknown(`prices.${id}`, id)),
  ];
  if (settings.fallback !== null && settings.fallback === settings.default)
    errors.push({ path: 'fallback', message: texts.problems.fallbackIsDefault });
  if (errors.length > 0) throw invalid(errors);
}
