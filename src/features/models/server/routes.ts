import { inOrganization } from '#features/accounts/server/access.ts';
import { listModels } from '#features/models/contract.ts';
import { type Limit, type Route, reply, route } from '#kernel/http/route.ts';
import type { Models } from './models.ts';

export const modelRoutes = ({ models, limits: { api } }: { models: Models; limits: { api: Limit } }): Route[] => [
  route(listModels, [api], inOrganization('viewer'), async ({ scope }) => reply(200, await models.list(scope.organizationId))),
];
