/** All routes of a server. The first one that matches a request answers it. */
import { accountRoutes } from '#features/accounts/server/routes.ts';
import { agentRoutes } from '#features/agents/server/routes.ts';
import { auditRoutes } from '#features/audit/server/routes.ts';
import { backupRoutes } from '#features/backups/server/routes.ts';
import { connectionRoutes } from '#features/connections/server/routes.ts';
import { doctorRoutes } from '#features/doctor/server/routes.ts';
import { fileRoutes } from '#features/files/server/routes.ts';
import { inboxRoutes } from '#features/inbox/server/routes.ts';
import { instructionRoutes } from '#features/instructions/server/routes.ts';
import { modelRoutes } from '#features/models/server/routes.ts';
import { monitorRoutes, operatorRoutes } from '#features/monitor/server/routes.ts';
import { notificationRoutes } from '#features/notifications/server/routes.ts';
import { organizationRoutes } from '#features/organizations/server/routes.ts';
import { policyRoutes } from '#features/policies/server/routes.ts';
import { projectRoutes } from '#features/projects/server/routes.ts';
import { runRoutes } from '#features/runs/server/routes.ts';
import { scheduleRoutes } from '#features/schedules/server/routes.ts';
import { sessionRoutes } from '#features/sessions/server/routes.ts';
import { tokenRoutes } from '#features/tokens/server/routes.ts';
import { triggerRoutes } from '#features/triggers/server/routes.ts';
import { usageRoutes } from '#features/usage/server/routes.ts';
import type { Route } from '#kernel/http/route.ts';
import type { Config } from './config.ts';
import type { Features } from './features.ts';

export function routesOf(features: Features, config: Config): Route[] {
  const {
    accounts,
    agents,
    audit,
    auditLog,
    backups,
    connections,
    doctor,
    files,
    inbox,
    instructions,
    limits,
    mail,
    models,
    monitor,
    notifications,
    organizations,
    policies,
    projects,
    runs,
    schedules,
    sessions,
    tokens,
    transfers,
    triggers,
    usage,
  } = features;
  return [
    ...sessionRoutes({ accounts, sessions, invitations: organizations.invitations, auditLog, limits }),
    ...accountRoutes({ accounts, publicUrl: config.publicUrl, limits }),
    ...organizationRoutes({ organizations, publicUrl: config.publicUrl, mail, limits }),
    ...tokenRoutes({ tokens, limits }),
    ...auditRoutes({ audit, limits }),
    ...projectRoutes({ projects, limits }),
    ...fileRoutes({ files, transfers, projects, limits }),
    ...modelRoutes({ models, limits }),
    ...connectionRoutes({ connections, limits }),
    ...agentRoutes({ agents, limits }),
    ...policyRoutes({ policies, projects, limits }),
    ...instructionRoutes({ instructions, projects, limits }),
    // Before the URL of a single approval, which the URL of their stream also matches.
    ...inboxRoutes({ inbox, limits }),
    ...runRoutes({ runs, projects, transfers, limits }),
    ...usageRoutes({ usage, limits }),
    ...scheduleRoutes({ schedules, projects, limits }),
    ...triggerRoutes({ triggers, projects, limits }),
    ...notificationRoutes({ notifications, limits }),
    ...backupRoutes({ backups, limits }),
    ...operatorRoutes({ monitor, limits }),
    ...doctorRoutes({ doctor, sessionSecrets: config.sessionSecrets, maxFileBytes: config.bodies.maxFileBytes, limits }),
    ...monitorRoutes({ monitor, metricsToken: config.metricsToken, production: config.production }),
  ];
}
