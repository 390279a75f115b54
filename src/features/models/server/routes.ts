import { inOrganization } from '#features/accounts/server/access.ts';
import { actorOf } from '#features/audit-log/server/access.ts';
import * as contract from '#features/models/contract.ts';
import * as providers from '#features/models/providers-contract.ts';
import { type Limit, type Route, reply, route } from '#kernel/http/route.ts';
import { ofModelProvider } from './access.ts';
import type { Models } from './models.ts';

export const modelRoutes = ({ models, limits: { api } }: { models: Models; limits: { api: Limit } }): Route[] => [
  route(contract.listModels, [api], inOrganization('viewer'), async ({ scope }) => reply(200, await models.list(scope.organizationId))),
  route(contract.getModelSettings, [api], inOrganization('member'), async ({ scope }) =>
    reply(200, await models.survey(scope.organizationId)),
  ),
  route(contract.putModelSettings, [api], inOrganization('admin'), async ({ body, scope, visit }) => {
    await models.set(actorOf(visit), scope.organizationId, body);
    return reply(200, await models.survey(scope.organizationId));
  }),
  route(providers.listModelProviders, [api], inOrganization('admin'), async ({ scope }) => {
    const { stored, environment } = models;
    return reply(200, { providers: await stored.list(scope.organizationId), environment, canKeepKeys: stored.canKeepKeys });
  }),
  route(providers.createModelProvider, [api], inOrganization('admin'), async ({ body, scope, visit }) =>
    reply(201, { provider: await models.stored.create(actorOf(visit), scope.identity, scope.organizationId, body) }),
  ),
  route(providers.changeModelProvider, [api], ofModelProvider(models, 'admin'), async ({ body, scope, visit }) =>
    reply(200, { provider: await models.stored.change(actorOf(visit), scope.identity, scope.provider, body) }),
  ),
  route(providers.deleteModelProvider, [api], ofModelProvider(models, 'admin'), async ({ scope, visit }) => {
    await models.stored.remove(actorOf(visit), scope.provider.id);
    return reply(204);
  }),
  route(providers.testModelProvider, [api], ofModelProvider(models, 'admin'), async ({ scope }) => {
    const { models: found, failure } = await models.test(scope.provider);
    return reply(200, failure ? { ok: false, reason: failure.message } : { ok: true, models: found.map(({ name }) => name) });
  }),
];
