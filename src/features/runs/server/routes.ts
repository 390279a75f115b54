import { actorOf } from '#features/audit-log/server/access.ts';
import { askerOf, authorOf } from '#features/files/server/access.ts';
import type { Transfers } from '#features/files/server/files.ts';
import { whenAsked } from '#features/limits/server/limits.ts';
import { inProject, type ProjectAuth } from '#features/projects/server/access.ts';
import type { Projects } from '#features/projects/server/projects.ts';
import * as contract from '#features/runs/contract.ts';
import { RUN_ERROR } from '#features/runs/events.ts';
import { lastEventIdOf } from '#kernel/http/event-stream.ts';
import { type Limit, type Route, reply, route } from '#kernel/http/route.ts';
import { isOwnPage } from '#kernel/http/same-origin.ts';
import { idempotencyKeyOf } from '#kernel/idempotency.ts';
import type { BodyOf } from '#wire/contract.ts';
import { inRun } from './access.ts';
import { approvalRoutes } from './approvals/routes.ts';
import { switchRoutes } from './commands/switch-routes.ts';
import type { Runs } from './runs.ts';

interface Options {
  runs: Runs;
  projects: Projects;
  transfers: Transfers;
  limits: { api: Limit; unlessSignedIn: Limit; agent: Limit; autonomy: Limit; devmode: Limit };
}

export function runRoutes({ runs, projects, transfers, limits }: Options): Route[] {
  const { api, unlessSignedIn, agent, autonomy, devmode } = limits;
  const needs = { runs, projects };
  const whenAutonomous = <A extends object>(levelOf: (asked: A) => Promise<contract.Run['level']>) =>
    whenAsked(autonomy, 'the run is autonomous', async (asked: A) => (await levelOf(asked)) === 'autonomous');
  // The agent may define the level.
  const ifStartedAutonomous = whenAutonomous(
    async ({ auth, body }: { auth: ProjectAuth; body: BodyOf<typeof contract.startRun> }) =>
      body.level ?? (await runs.levelOf(auth.projectId, body.agentId)),
  );
  const ifAutonomous = whenAutonomous(async ({ params }: { params: { runId: string } }) => (await runs.get(params.runId)).level);

  return [
    route(contract.startRun, [api, agent, ifStartedAutonomous], inProject(projects, 'runs.start'), async ({ body, auth, ctx }) =>
      reply(201, { run: await runs.start(actorOf(ctx), auth.projectId, body, idempotencyKeyOf(ctx, body)) }),
    ),
    route(contract.listRuns, [api], inProject(projects, 'runs.read'), async ({ query, auth }) =>
      reply(200, await runs.list(auth.projectId, query)),
    ),
    route(contract.getRun, [api], inRun(needs, 'runs.read'), async ({ params, query }) => reply(200, await runs.read(params.runId, query))),
    route(contract.followRun, [api], inRun(needs, 'runs.read'), async ({ params, query, ctx: { request } }) => {
      // A browser reconnects when a stream ends, until a response says that nothing follows.
      const last = lastEventIdOf(request);
      if (last > 0 && (await runs.isOver(params.runId, last))) return { status: 204 as const };
      // Pages of the previous version know only this name.
      const errorEvent = query.errorEvent === undefined && isOwnPage(request) ? 'error' : RUN_ERROR;
      return reply(200, (stream) => runs.follow(params.runId, stream, query.after, errorEvent));
    }),
    route(contract.sendMessage, [api, agent], inRun(needs, 'runs.start'), async ({ params, body, ctx }) =>
      reply(202, { run: await runs.send(actorOf(ctx), params.runId, body, idempotencyKeyOf(ctx, body)) }),
    ),
    route(contract.stopRun, [unlessSignedIn], inRun(needs, 'runs.start'), async ({ params, ctx }) =>
      reply(202, { run: await runs.stop(actorOf(ctx), params.runId) }),
    ),
    route(contract.retryRun, [api, agent, ifAutonomous], inRun(needs, 'runs.start'), async ({ params, body, ctx }) =>
      reply(202, { run: await runs.retry(actorOf(ctx), params.runId, body, idempotencyKeyOf(ctx, body)) }),
    ),
    route(contract.changePlan, [api], inRun(needs, 'runs.start'), async ({ params, body, ctx }) =>
      reply(200, { plan: await runs.changePlan(actorOf(ctx), params.runId, body) }),
    ),
    // It resolves an approval, so it needs the same right.
    route(contract.answerQuestion, [api], inRun(needs, 'approvals.resolve'), async ({ params, body, ctx }) =>
      reply(202, { run: await runs.answer(actorOf(ctx), params.runId, body) }),
    ),
    route(contract.branchRun, [api, agent, ifAutonomous], inRun(needs, 'runs.start'), async ({ params, body, ctx }) =>
      reply(201, { run: await runs.branch(actorOf(ctx), params.runId, body, idempotencyKeyOf(ctx, body)) }),
    ),
    route(contract.revertRun, [api, devmode], inRun(needs, 'files.write'), async ({ params, auth, ctx }) =>
      reply(201, { change: await runs.revert(askerOf(ctx), authorOf(auth.identity), actorOf(ctx), params.runId) }),
    ),
    route(contract.exportRun, [api], inRun(needs, 'runs.read'), async ({ params, query, ctx }) => {
      const document = await runs.export(actorOf(ctx), params.runId, query.format);
      const [type, suffix] = query.format === 'json' ? ['application/json', 'json'] : ['text/markdown; charset=utf-8', 'md'];
      const headers = { 'content-type': type, 'content-disposition': `attachment; filename="run-${params.runId}.${suffix}"` };
      return reply(200, document, headers);
    }),
    route(contract.readOutput, [api], inRun(needs, 'runs.read'), async ({ params, query }) =>
      reply(200, await runs.readOutput(params.runId, params.outputId, query.from, query.length)),
    ),
    ...approvalRoutes({ runs, projects, transfers, limits }),
    ...switchRoutes({ runs, limits }),
  ];
}
