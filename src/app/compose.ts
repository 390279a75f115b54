/** The composition root: features, the routes and jobs that they make, and what starts and closes in which order. */
import { createResponseCache } from '#kernel/http/response-cache.ts';
import { createFeatures, type Dependencies } from './features.ts';
import { enterRecurringJobs } from './recurring-jobs.ts';
import { routesOf } from './routes.ts';

export function compose(dependencies: Dependencies) {
  const features = createFeatures(dependencies);
  const {
    backups,
    connections,
    db,
    eventBus,
    files,
    jobs,
    limits,
    mail,
    monitor,
    notifications,
    outgoing,
    replicas,
    runs,
    schedules,
    searchIndex,
    streamRevocation,
    triggers,
    writeProbe,
  } = features;
  const routes = routesOf(features, dependencies.config);
  const responseCache = createResponseCache({ eventBus, routes, counts: features.metrics.cache('responses') });
  enterRecurringJobs(features);

  /** Background work, in start order; it closes in reverse order, so each part still has what it needs. */
  const running: readonly { start?: () => unknown; close?: () => unknown }[] = [
    { close: dependencies.tracer?.close },
    { close: db.close },
    { start: replicas?.start, close: replicas?.close },
    eventBus,
    // Before anything that could go out.
    outgoing,
    streamRevocation,
    limits,
    writeProbe,
    jobs,
    connections,
    mail,
    notifications,
    files,
    searchIndex,
    backups,
    { start: runs.work, close: runs.close },
    triggers,
    schedules,
    monitor,
  ];

  return {
    ...features,
    routes,
    responseCache,
    async start(): Promise<void> {
      for (const { start } of running) await start?.();
    },
    /** By now the last requests have been answered. */
    async close(): Promise<void> {
      for (const { close } of running.toReversed()) await close?.();
    },
  };
}
