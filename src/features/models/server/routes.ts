import { inOrganization } from '#features/accounts/server/access.ts';
import { actorOf } from '#features/audit-log/server/access.ts';
import * as contract from '#features/models/contract.ts';
import * as providers from '#features/models/providers-contract.ts';
import { type Limit, type Route, reply, route } from '#kernel/http/route.ts';
import { ofModelProvider } from './access.ts';
import type { Models } from './models.ts';

export const modelRoutes = ({ models, limits: { api } }: { models: Models; limits: { api: Limit } }): Route[] => [
  route(contract.listModels, [api], inOrganization('models.read'), async ({ auth }) => reply(200, await models.list(auth.organizationId))),
  route(contract.getModelSettings, [api], inOrganization('models.settings.read'), async ({ auth }) =>
    reply(200, await models.survey(auth.organizationId)),
  ),
  route(contract.putModelSettings, [api], inOrganization('models.settings.change'), async ({ body, auth, ctx }) => {
    await models.set(actorOf(ctx), auth.organizationId, body);
    return reply(200, await models.survey(auth.organizationId));
  }),
  route(providers.listModelProviders, [api], inOrganization('models.providers.read'), async ({ auth }) => {
    const { stored, environment } = models;
    return reply(200, { providers: await stored.list(auth.organizationId), environment, canKeepKeys: stored.canKeepKeys });
  }),
  route(providers.createModelProvider, [api], inOrganization('models.providers.change'), async ({ body, auth, ctx }) =>
    reply(201, { provider: await models.stored.create(actorOf(ctx), auth.identity, auth.organizationId, body) }),
  ),
  route(providers.changeModelProvider, [api], ofModelProvider(models, 'models.providers.change'), async ({ body, auth, ctx }) =>
    reply(200, { provider: await models.stored.change(actorOf(ctx), auth.identity, auth.provider, body) }),
  ),
  route(providers.deleteModelProvider, [api], ofModelProvider(models, 'models.providers.change'), async ({ auth, ctx }) => {
    await models.stored.remove(actorOf(ctx), auth.provider.id);
    return reply(204);
  }),
  route(providers.testModelProvider, [api], ofModelProvider(models, 'models.providers.read'), async ({ auth }) => {
    const { models: found, failure } = await models.test(auth.provider);
    return reply(200, failure ? { ok: false, reason: failure.message } : { ok: true, models: found.map(({ name }) => name) });
  }),
];
