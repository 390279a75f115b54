/** The codes of all checks, in the order of the report, by group. They are stable: scripts and docs/doctor.md refer to them. */
export const groups = {
  settings: ['environment', 'production_mode', 'session_secret', 'encryption_key', 'rate_limits', 'log_level'],
  machine: ['port', 'processes', 'open_files', 'disk_space', 'data_folder', 'secret_files'],
  database: [
    'database_reachable',
    'database_tls',
    'database_write',
    'database_durability',
    'database_clock',
    'database_connections',
    'database_pooler',
    'database_replicas',
    'migrations',
    'sessions_table',
    'sessions_cleanup',
    'indexes',
    'unused_indexes',
    'table_bloat',
    'long_transactions',
    'recurring_jobs',
  ],
  address: ['public_url', 'tls_certificate', 'http_redirect', 'security_headers', 'event_stream', 'request_size', 'client_address'],
  services: ['sealed_secrets', 'mail_server', 'mail_test', 'model_providers'],
  operation: [
    'health',
    'server_versions',
    'log_lines',
    'metrics',
    'metrics_scraped',
    'backup',
    'restore_test',
    'restore_confirmed',
    'load_test',
  ],
} as const;

export type Group = keyof typeof groups;
export type Code = (typeof groups)[Group][number];

export const codes: readonly Code[] = Object.values(groups).flat();

const groupsByCode = new Map<string, Group>(
  Object.entries(groups).flatMap(([group, members]) => members.map((code): [string, Group] => [code, group as Group])),
);

/** @returns undefined for the code of a later version */
export const groupOf = (code: string): Group | undefined => groupsByCode.get(code);
