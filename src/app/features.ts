/** Creates each feature with its dependencies. Reads like a table of contents. */
import type { Accounts } from '#features/accounts/server/accounts.ts';
import { createAccounts } from '#features/accounts/server/accounts.ts';
import { createAgents } from '#features/agents/server/agents.ts';
import { createAudit } from '#features/audit/server/audit.ts';
import { createAuditLog } from '#features/audit-log/server/audit-log.ts';
import { createBackups } from '#features/backups/server/backups.ts';
import { createConnections, type ToolServerTimeouts } from '#features/connections/server/connections.ts';
import { createDoctor } from '#features/doctor/server/doctor.ts';
import { createFiles, createSearchIndex, createTransfers } from '#features/files/server/files.ts';
import { createInbox } from '#features/inbox/server/inbox.ts';
import { createInstructions } from '#features/instructions/server/instructions.ts';
import { createLimits } from '#features/limits/server/limits.ts';
import { createMail } from '#features/mail/server/mail.ts';
import { createModels } from '#features/models/server/models.ts';
import { createMonitor } from '#features/monitor/server/monitor.ts';
import { createNotifications } from '#features/notifications/server/notifications.ts';
import { createOrganizations } from '#features/organizations/server/organizations.ts';
import { createPolicies } from '#features/policies/server/policies.ts';
import { createProjects } from '#features/projects/server/projects.ts';
import { createRuns } from '#features/runs/server/runs.ts';
import { createSchedules } from '#features/schedules/server/schedules.ts';
import { createSessions } from '#features/sessions/server/sessions.ts';
import { createTokens } from '#features/tokens/server/tokens.ts';
import { createTools } from '#features/tools/server/tools.ts';
import { createTriggers } from '#features/triggers/server/triggers.ts';
import { createUsage } from '#features/usage/server/usage.ts';
import { createDuePoller, registerClock } from '#kernel/clock.ts';
import { createHeartbeat } from '#kernel/database/heartbeat.ts';
import { createDatabase } from '#kernel/database/pool.ts';
import type { createReplicas } from '#kernel/database/replicas/replicas.ts';
import { createWritability } from '#kernel/database/writability.ts';
import { createWriteProbe } from '#kernel/database/write-probe.ts';
import { createEventBus } from '#kernel/event-bus.ts';
import { registerEventLoop } from '#kernel/event-loop-metrics.ts';
import type { OpenStreams } from '#kernel/http/event-stream.ts';
import type { PublicFetch } from '#kernel/http/public-fetch.ts';
import type { Slowness } from '#kernel/http/receive.ts';
import { createStreamRevocation } from '#kernel/http/stream-revocation.ts';
import { createJobs } from '#kernel/jobs.ts';
import type { Log } from '#kernel/log.ts';
import { createMetrics } from '#kernel/metrics.ts';
import { createOutgoing, heldForever } from '#kernel/outgoing.ts';
import type { Tracer } from '#kernel/tracing/tracer.ts';
import type { Config } from './config.ts';
import { doctorSubject } from './doctor-subject.ts';
import { findUnreadable, sealedColumns } from './reseal.ts';

export interface Dependencies {
  config: Config;
  databaseUrl: string;
  log: Log;
  version: string;
  /** How many passwords this process hashes at once: the cores, divided among the processes. */
  maxConcurrentHashes: number;
  /** This process's number among those of its server, from 1. */
  processNumber?: number;
  /** Metrics of all processes if there are several; otherwise this process's metrics are used. */
  collectMetrics?: (() => Promise<string>) | undefined;
  /** If traces are sent. */
  tracer?: Tracer | undefined;
  /** Where there are replicas. */
  createReplicas?: typeof createReplicas | undefined;
  /** Milliseconds between the demo model's tokens, for tests that need another pace. */
  demoPace?: number;
  /** Reaches people's webhooks, for tests without public servers. */
  publicFetch?: PublicFetch | undefined;
  /** How slowly a body may arrive, for tests that cannot wait. */
  slowness?: Slowness | undefined;
  /** A server without the installation's mail settings leaves notifications to others. */
  leavesNotifications?: boolean;
  /** Tool server timeouts, for tests that cannot wait as long. */
  toolTimeouts?: ToolServerTimeouts | undefined;
}

export type Features = ReturnType<typeof createFeatures>;

export function createFeatures({
  config,
  databaseUrl,
  log,
  version,
  maxConcurrentHashes,
  processNumber = 1,
  collectMetrics,
  tracer,
  demoPace,
  ...dependencies
}: Dependencies) {
  const metrics = createMetrics(processNumber);
  registerEventLoop(metrics);
  const heartbeat = createHeartbeat();
  const clock = createDuePoller();
  registerClock(metrics, clock);
  const writability = createWritability({ log, metrics });
  const { poolMax: max, directUrl = databaseUrl, namedStatements: named } = config;
  const pooled = config.directUrl !== undefined;
  const replicas = dependencies.createReplicas?.({ ...config.replicas, max, log, metrics });
  const db = createDatabase({ url: databaseUrl, max, log, heartbeat, writability, metrics, tracer, pooled, named, replicas });
  const writeProbe = createWriteProbe({ db, writability });
  const eventBus = createEventBus({ url: directUrl, log, heartbeat, clock, version });
  const jobs = createJobs({ db, log, metrics });
  const outgoing = createOutgoing({ db, eventBus, log });
  const streams: OpenStreams = new Set();
  const streamRevocation = createStreamRevocation({ eventBus, streams });

  const auditLog = createAuditLog({ db, log });
  const mail = createMail({ db, settings: config.mail, publicUrl: config.publicUrl, log, metrics, outgoing });
  const { processes, rates, rateMultiplier: multiplier } = config;
  const limits = createLimits({ db, eventBus, processes, rates, multiplier, log, metrics });
  const accounts: Accounts = createAccounts({
    db,
    eventBus,
    metrics,
    log,
    auditLog,
    mail,
    limits,
    signup: config.signup,
    bcryptRounds: config.bcryptRounds,
    maxConcurrentHashes,
  });
  const organizations = createOrganizations({ db, auditLog, accounts });
  const { sessionSecrets: secrets, sessionTtlDays: ttlDays, hostOnlyCookies: hostOnly } = config;
  const sessions = createSessions({ db, eventBus, log, metrics, clock, accounts, secrets, ttlDays, hostOnly });
  const tokens = createTokens({ db, eventBus, log, clock, accounts, auditLog });
  const projects = createProjects({ db, eventBus, metrics, auditLog, maxProjects: config.caps.projects });
  const files = createFiles({
    db,
    auditLog,
    log,
    maxFileBytes: config.bodies.maxFileBytes,
    maxStored: config.caps.storedBytes,
    maxImportBytes: config.bodies.maxSpooledBytes,
  });
  const transfers = createTransfers({ db, files });
  const searchIndex = createSearchIndex({ db, log });
  const { providers, encryptionKeys, modelTimeouts: timeouts } = config;
  const models = createModels({ db, auditLog, eventBus, metrics, providers, encryptionKeys, timeouts, demoPace, tracer });
  const connections = createConnections({
    db,
    auditLog,
    eventBus,
    log,
    clock,
    encryptionKeys,
    version,
    privateHosts: config.privateHosts,
    timeouts: dependencies.toolTimeouts,
  });
  const tools = createTools({ files, connections });
  const policies = createPolicies({ db, auditLog, tools });
  const instructions = createInstructions({ db, auditLog, files, policies });
  const agents = createAgents({ db, auditLog, tools });
  const runs = createRuns({
    db,
    eventBus,
    log,
    metrics,
    projects,
    files,
    transfers,
    models,
    agents,
    connections,
    auditLog,
    tools,
    policies,
    tokens,
    instructions,
    limits,
    maxRuns: config.caps.runs,
    keyBudgets: config.keyBudgets,
    outgoing,
    tracer,
  });
  const usage = createUsage({ db, auditLog, clock, policies });
  const schedules = createSchedules({ db, log, metrics, auditLog, policies, agents, runs, outgoing });
  const triggers = createTriggers({ db, log, agents, models, policies, auditLog, runs, outgoing, encryptionKeys });
  const { publicUrl } = config;
  const notifications = createNotifications({
    db,
    auditLog,
    eventBus,
    log,
    metrics,
    clock,
    mail,
    policies,
    outgoing: dependencies.leavesNotifications ? heldForever : outgoing,
    publicUrl,
    encryptionKeys,
    publicFetch: dependencies.publicFetch,
  });
  const inbox = createInbox({ db, eventBus, log, projects, files, policies, instructions, runs, usage, schedules, outgoing });
  const audit = createAudit({ db, auditLog });
  const backups = createBackups({
    db,
    databaseUrl: directUrl,
    auditLog,
    outgoing,
    log,
    metrics,
    settings: config.backups,
    secrets: config,
    sealedColumns,
    version,
    dataDir: config.dataDir,
    findUnreadable,
  });
  const monitor = createMonitor({
    db,
    heartbeat,
    eventBus,
    clock,
    writability,
    metrics,
    log,
    version,
    serverName: config.serverName,
    collectFromAll: collectMetrics,
    auditLog,
  });
  const doctor = createDoctor({ db, log, subject: doctorSubject(config, { url: directUrl }, version) });

  return {
    accounts,
    agents,
    audit,
    auditLog,
    backups,
    connections,
    db,
    doctor,
    eventBus,
    files,
    inbox,
    instructions,
    jobs,
    limits,
    mail,
    metrics,
    models,
    monitor,
    notifications,
    organizations,
    outgoing,
    policies,
    projects,
    replicas,
    runs,
    schedules,
    searchIndex,
    sessions,
    streamRevocation,
    streams,
    tokens,
    transfers,
    triggers,
    usage,
    writeProbe,
    log,
  };
}
