/** Providers that an organization entered in its settings, with sealed keys. */
import { isIP } from 'node:net';
import { v7 as uuid } from 'uuid';
import { isOperator } from '#features/accounts/operator.ts';
import type { Action } from '#features/audit-log/actions.ts';
import type { AuditLog, Person } from '#features/audit-log/server/audit-log.ts';
import { kindOf, reservedSlugs } from '#features/models/kinds/kinds.ts';
import type { changeModelProvider, createModelProvider, ModelProvider } from '#features/models/providers-contract.ts';
import type { Database, Transaction } from '#kernel/database/pool.ts';
import { conflict, invalid, notFound, violates } from '#kernel/errors.ts';
import { isPublicAddress } from '#kernel/http/public-address.ts';
import type { Identity } from '#kernel/http/route.ts';
import type { Vault } from '#kernel/vault.ts';
import type { BodyOf } from '#wire/contract.ts';
import { ModelError } from './model.ts';
import { createProvider, type Provider } from './provider.ts';
import * as sql from './queries.ts';
import { texts } from './texts.ts';

/** Opening the list of models calls every provider of the organization. */
const MAX_PROVIDERS = 30;
/** The last characters of a shorter key would reveal too much of it. */
const SHOWS_END_FROM = 16;

interface Options {
  db: Database;
  auditLog: AuditLog;
  vault: Vault;
  canKeepKeys: boolean;
  /** Drops the cached providers: here at once, on other servers by NOTIFY. */
  forget(organizationId: string): void;
}

export function createModelProviders({ db, auditLog, vault, canKeepKeys, forget }: Options) {
  function seal(id: string, key: string | null): { sealedKey: Buffer | null; keyEnd: string | null } {
    if (key === null) return { sealedKey: null, keyEnd: null };
    if (!canKeepKeys) throw noEncryptionKey();
    return { sealedKey: vault.seal(key, id), keyEnd: key.length >= SHOWS_END_FROM ? key.slice(-4) : null };
  }

  async function find(id: string): Promise<sql.ProviderRow> {
    const [row] = await sql.selectProvider(db, { id });
    if (!row) throw notFound('provider');
    return row;
  }

  function record(tx: Transaction, actor: Person, action: Action, row: sql.ProviderRow, detail?: Record<string, unknown>): void {
    const { id, name, organization_id: organizationId } = row;
    tx.withCommit(auditLog.record(tx, { organizationId, actor, action, subject: { kind: 'provider', id, name }, detail }));
  }

  return {
    canKeepKeys,
    /** @throws 404 */
    find,

    async list(organizationId: string): Promise<ModelProvider[]> {
      return (await sql.selectProviders(db, { organizationId })).map(describe);
    },

    /** @throws 409 `slug_taken`, `too_many_providers`, `no_encryption_key`; 422 for a private address */
    async create(
      actor: Person,
      identity: Identity,
      organizationId: string,
      input: BodyOf<typeof createModelProvider>,
    ): Promise<ModelProvider> {
      const { kind, name, url, key, models } = input;
      requireReachable(identity, url);
      const id = uuid();
      const slug = input.slug ?? slugOf(name);
      const sealed = seal(id, key);
      const created = await db.transaction(async (tx) => {
        const [row] = await sql
          .insertProvider(tx, {
            id,
            organizationId,
            slug,
            kind,
            max: MAX_PROVIDERS,
            name,
            url,
            models,
            privateNetwork: isOperator(identity),
            ...sealed,
            userId: actor.userId,
          })
          .catch((error: unknown) => {
            throw violates(error, 'model_providers_slug') ? conflict('slug_taken', texts.problems.slugTaken(slug)) : error;
          });
        if (!row) throw conflict('too_many_providers', texts.problems.tooManyProviders(MAX_PROVIDERS));
        record(tx, actor, 'provider.create', row, { kind, url });
        return describe(row);
      });
      forget(organizationId);
      return created;
    },

    /** @throws 409 `no_encryption_key`, 422 */
    async change(
      actor: Person,
      identity: Identity,
      row: sql.ProviderRow,
      changes: BodyOf<typeof changeModelProvider>,
    ): Promise<ModelProvider> {
      const { name = row.name, url = row.url, models = row.models } = changes;
      const { address, key } = kindOf(row.kind);
      const errors = [
        ...(address.own === null && url === null ? [{ path: 'url', message: texts.problems.needsAddress }] : []),
        ...(key.required && changes.key === null ? [{ path: 'key', message: texts.problems.needsKey }] : []),
      ];
      if (errors.length > 0) throw invalid(errors);
      const moved = url !== row.url;
      if (moved) requireReachable(identity, url);
      // A person who cannot read a key must not be able to send it to another server.
      if (moved && row.sealed_key && changes.key === undefined) throw invalid([{ path: 'key', message: texts.problems.keyAgain }]);
      const privateNetwork = moved ? isOperator(identity) : row.private_network;
      const sealed = changes.key === undefined ? { sealedKey: row.sealed_key, keyEnd: row.key_end } : seal(row.id, changes.key);
      const after = await db.transaction(async (tx) => {
        const [changed] = await sql.updateProvider(tx, { id: row.id, name, url, models, privateNetwork, ...sealed, userId: actor.userId });
        if (!changed) throw notFound('provider');
        record(tx, actor, 'provider.change', changed, { changed: Object.keys(changes), url });
        return describe(changed);
      });
      forget(row.organization_id);
      return after;
    },

    async remove(actor: Person, id: string): Promise<void> {
      const organizationId = await db.transaction(async (tx) => {
        const [row] = await sql.deleteProvider(tx, { id });
        if (!row) throw notFound('provider');
        record(tx, actor, 'provider.delete', row);
        return row.organization_id;
      });
      forget(organizationId);
    },

    open: (row: sql.ProviderRow): Provider => openStored(row, vault),
  };
}

/** Builds a callable provider from a row. */
export function openStored(row: sql.ProviderRow, vault: Vault): Provider {
  const { slug, kind, name, url, models, private_network: privateNetwork, sealed_key: sealed } = row;
  const key = sealed ? vault.open(sealed, row.id) : undefined;
  const broken = sealed && key === undefined ? lostKey(name) : undefined;
  return createProvider({ slug, kind, name, url: url ?? undefined, key, models, privateNetwork, configured: 'screen', broken });
}

function describe(row: sql.ProviderRow): ModelProvider {
  return {
    id: row.id,
    slug: row.slug,
    kind: row.kind,
    name: row.name,
    url: row.url,
    models: row.models,
    hasKey: row.sealed_key !== null,
    keyEnd: row.key_end,
    privateNetwork: row.private_network,
    changedAt: row.changed_at,
  };
}

/** Host names are checked when connecting; addresses are checked here, so the problem is reported early. */
function requireReachable(identity: Identity, url: string | null): void {
  if (url === null || isOperator(identity)) return;
  const hostname = new URL(url).hostname.replace(/^\[|\]$/g, '');
  const isPublic =
    isIP(hostname) !== 0 ? isPublicAddress(hostname) : /\./.test(hostname) && !/\.(?:localhost|local|internal)\.?$/i.test(hostname);
  if (!isPublic) throw invalid([{ path: 'url', message: texts.problems.privateNetwork }]);
}

/** `My Models!` to `my-models`. */
function slugOf(name: string): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-');
  const slug =
    plain
      .replace(/^-+|-+$/g, '')
      .slice(0, 30)
      .replace(/-+$/, '') || 'models';
  return reservedSlugs.includes(slug) ? `my-${slug}` : slug;
}

const noEncryptionKey = () => conflict('no_encryption_key', texts.problems.noEncryptionKey);

const lostKey = (name: string) => new ModelError('provider_refused', texts.lostKey(name));
