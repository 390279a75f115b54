import { inOrganization } from '#features/accounts/server/access.ts';
import { actorOf } from '#features/audit-log/server/access.ts';
import { whenAsked, whenSent } from '#features/limits/server/limits.ts';
import { inProject } from '#features/projects/server/access.ts';
import type { Projects } from '#features/projects/server/projects.ts';
import * as contract from '#features/triggers/contract.ts';
import { unsupportedMedia } from '#kernel/errors.ts';
import { type Guard, type Limit, type RequestContext, type Route, reply, route } from '#kernel/http/route.ts';
import type { BodyOf } from '#wire/contract.ts';
import { ofTrigger } from './access.ts';
import { texts } from './texts.ts';
import type { Triggers } from './triggers.ts';
import type { WebhookMessage } from './webhook.ts';

interface Options {
  triggers: Triggers;
  projects: Projects;
  limits: { api: Limit; autonomy: Limit; unlessSignedIn: Limit; webhook: Limit };
}

/**
 * The signature is verified with the body, so the body must arrive uncompressed: unauthenticated senders must not trigger decompression.
 */
const signed: Guard<undefined> = {
  role: 'bearer',
  credential: 'webhookSignature',
  authorize({ request }) {
    if ((request.headers['content-encoding'] ?? 'identity') !== 'identity') throw unsupportedMedia(texts.problems.notPlain);
    return undefined;
  },
};

interface Message {
  params: { triggerId: string };
  body: Uint8Array;
  ctx: RequestContext;
}
const messageOf = ({ params, body, ctx }: Message): WebhookMessage => ({
  triggerId: params.triggerId,
  request: ctx.request,
  body,
  address: ctx.address,
});

/**
 * Requests count against the address until it has signed correctly, and against the trigger from then on. A known sender with an invalid
 * signature counts against its address again.
 */
const webhookLimits = (triggers: Triggers, { api, webhook }: { api: Limit; webhook: Limit }): Limit[] => [
  whenSent(
    api,
    'the sender has not signed for the trigger before',
    ({ request, address }) => !triggers.knowsSender(String(request.params['triggerId']), address),
  ),
  whenAsked(api, 'a sender that signed before sends an invalid signature', async (message: Message) => {
    const { valid, wasKnown } = await triggers.verify(messageOf(message));
    return !valid && wasKnown;
  }),
  whenAsked(webhook, 'the signature is valid', async (message: Message) => (await triggers.verify(messageOf(message))).valid),
];

/** The change pauses the trigger and does nothing else. */
const onlyPauses = ({ paused, basedOn: _, ...more }: BodyOf<typeof contract.changeTrigger>) =>
  paused === true && Object.keys(more).length === 0;
const unlessPaused = (limit: Limit) =>
  whenAsked(limit, 'the request does more than pause', ({ body }: { body: BodyOf<typeof contract.changeTrigger> }) => !onlyPauses(body));

export const triggerRoutes = ({ triggers, projects, limits: { api, autonomy, unlessSignedIn, webhook } }: Options): Route[] => [
  route(contract.listTriggers, [api], inProject(projects, 'project.read'), async ({ auth }) =>
    reply(200, { triggers: await triggers.listOf(auth.projectId) }),
  ),
  route(contract.listAllTriggers, [api], inOrganization('automations.read'), async ({ auth }) =>
    reply(200, { triggers: await triggers.listIn(auth.identity.id, auth.organizationId) }),
  ),
  route(contract.createTrigger, [api, autonomy], inProject(projects, 'automations.change'), async ({ body, auth, ctx }) => {
    const organizationId = await projects.organizationOf(auth.projectId);
    const { id, secret } = await triggers.create(actorOf(ctx), { organizationId, projectId: auth.projectId }, body);
    return reply(201, { trigger: await triggers.show(id), secret });
  }),
  route(contract.getTrigger, [api], ofTrigger(triggers, projects, 'project.read'), async ({ params }) =>
    reply(200, { trigger: await triggers.show(params.triggerId) }),
  ),
  route(
    contract.changeTrigger,
    [unlessSignedIn, unlessPaused(api), unlessPaused(autonomy)],
    ofTrigger(triggers, projects, 'automations.change'),
    async ({ params, body, auth, ctx }) => {
      await triggers.change(actorOf(ctx), auth.trigger, body);
      return reply(200, { trigger: await triggers.show(params.triggerId) });
    },
  ),
  route(contract.deleteTrigger, [unlessSignedIn], ofTrigger(triggers, projects, 'automations.change'), async ({ auth, ctx }) => {
    await triggers.remove(actorOf(ctx), auth.trigger);
    return reply(204);
  }),
  route(contract.renewSecret, [api, autonomy], ofTrigger(triggers, projects, 'automations.secret'), async ({ params, auth, ctx }) => {
    const secret = await triggers.renewSecret(actorOf(ctx), auth.trigger);
    return reply(201, { trigger: await triggers.show(params.triggerId), secret });
  }),
  route(contract.listTriggerOccurrences, [api], ofTrigger(triggers, projects, 'project.read'), async ({ params, query }) =>
    reply(200, await triggers.history(params.triggerId, query.before, query.limit)),
  ),
  route(contract.receiveWebhook, webhookLimits(triggers, { api, webhook }), signed, async (message) =>
    reply(202, { runId: await triggers.receive(messageOf(message)) }),
  ),
];
