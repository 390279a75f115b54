import { inOrganization, type OrganizationAuth } from '#features/accounts/server/access.ts';
import { actorOf } from '#features/audit-log/server/access.ts';
import { whenAsked } from '#features/limits/server/limits.ts';
import * as contract from '#features/runs/switch-contract.ts';
import { invalid } from '#kernel/errors.ts';
import { type Limit, type Route, reply, route } from '#kernel/http/route.ts';
import { isTypedName } from '#wire/hidden-characters.ts';
import type { Runs } from '../runs.ts';
import { texts } from '../texts/problems.ts';

interface Options {
  runs: Runs;
  limits: { api: Limit; autonomy: Limit; unlessSignedIn: Limit };
}

export const switchRoutes = ({ runs, limits: { api, autonomy, unlessSignedIn } }: Options): Route[] => [
  route(
    contract.switchAutonomy,
    [unlessSignedIn, whenOn(api), whenOn(autonomy)],
    inOrganization('autonomy.switch'),
    async ({ body, auth, ctx }) => {
      if (body.on && !isTypedName(asTyped(body.confirm ?? ''), asTyped(nameOf(auth))))
        throw invalid([{ path: 'confirm', message: texts.confirm(nameOf(auth)) }]);
      return reply(200, await runs.switchAutonomy(actorOf(ctx), auth.organizationId, body.on));
    },
  ),
];

/** Switching off is an emergency brake: no rate limit keeps an admin from it, whatever they did in the last minutes. */
const whenOn = (limit: Limit) => whenAsked(limit, 'the request switches autonomy on', ({ body }: { body: { on: boolean } }) => body.on);

const nameOf = ({ identity, organizationId }: OrganizationAuth) =>
  identity.organizations.find(({ id }) => id === organizationId)?.name ?? '';

/** Keyboards have one apostrophe; names may have another: every first organization is named like “Ada’s team”. */
const asTyped = (name: string): string => name.trim().replaceAll(/[‘’ʼ]/g, "'").replaceAll(/\s+/g, ' ');
