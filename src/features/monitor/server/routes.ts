import { timingSafeEqual } from 'node:crypto';
import { operator } from '#features/accounts/server/access.ts';
import { actorOf } from '#features/audit-log/server/access.ts';
import * as contract from '#features/monitor/contract.ts';
import { getMonitor } from '#features/monitor/monitor-contract.ts';
import { HttpProblem } from '#kernel/errors.ts';
import { anyone, type Guard, type Limit, type Route, reply, route } from '#kernel/http/route.ts';
import type { Monitor } from './monitor.ts';
import { texts } from './texts.ts';

/** What the doctor calls itself. */
export const DOCTOR = 'guildhall-doctor';

interface Options {
  monitor: Monitor;
  /** A bearer of this token may read the metrics; if undefined, everyone may in development and nobody in production. */
  metricsToken: string | undefined;
  production: boolean;
}

/** No rate limits here: load balancers and Prometheus poll often, and each response is cheap. */
export function monitorRoutes({ monitor, metricsToken, production }: Options): Route[] {
  const withToken: Guard<null> = {
    role: 'bearer',
    credential: 'metricsToken',
    authorize({ request }) {
      if (metricsToken === undefined && !production) return null;
      if (metricsToken === undefined) throw new HttpProblem(403, 'metrics_off', texts.problems.noToken);
      const authorization = Buffer.from(request.headers.authorization ?? '');
      const expected = Buffer.from(`Bearer ${metricsToken}`);
      if (authorization.length === expected.length && timingSafeEqual(authorization, expected)) return null;
      throw new HttpProblem(401, 'metrics_token', texts.problems.token, { headers: { 'www-authenticate': 'Bearer' } });
    },
  };

  return [
    route(contract.getHealth, [], anyone, async () => {
      const health = await monitor.health();
      return health.status === 'ok' || health.status === 'degraded' ? reply(200, health) : reply(503, health);
    }),
    route(contract.getLive, [], anyone, async () => reply(200, { status: 'ok' as const })),
    route(contract.getReady, [], anyone, async () => {
      if (monitor.stopping()) return reply(503, { status: 'stopping' as const });
      const { checks } = await monitor.health();
      return checks['database']?.ok ? reply(200, { status: 'ok' as const }) : reply(503, { status: 'unavailable' as const });
    }),
    route(contract.getMetrics, [], withToken, async ({ ctx: { request } }) => {
      // The doctor reads them too, and is no monitoring.
      if (request.headers['user-agent'] !== DOCTOR) monitor.scrapes.note();
      return reply(200, await monitor.metrics(), { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
    }),
  ];
}

export const operatorRoutes = ({ monitor, limits: { api } }: { monitor: Monitor; limits: { api: Limit } }): Route[] => [
  route(getMonitor, [api], operator('monitor.read'), async ({ query }) => reply(200, await monitor.read(query.range))),
  route(contract.listLoadReports, [api], operator('loadReports.read'), async ({ query }) =>
    reply(200, await monitor.loadReports.list(query)),
  ),
  route(contract.getLoadReport, [api], operator('loadReports.read'), async ({ params }) =>
    reply(200, { report: await monitor.loadReports.read(params.reportId) }),
  ),
  route(contract.deleteLoadReport, [api], operator('loadReports.delete'), async ({ params, ctx }) => {
    await monitor.loadReports.remove(actorOf(ctx), params.reportId);
    return reply(204);
  }),
];
