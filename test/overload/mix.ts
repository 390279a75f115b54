/** What people send: mostly reads, as in the load test's journey, some writes, and of everything that has a class of its own a little. */
import { get, request } from '../../bench/client.ts';

export interface Sender {
  cookie: string;
  projectId: string;
}

/** As the tables and plots show them, the most urgent first. */
export const groups = ['health', 'critical', 'write', 'read', 'bulk'] as const;
export type Group = (typeof groups)[number];

export interface Kind {
  group: Group;
  /** Of all requests. */
  share: number;
  /** @param mark differs for each request */
  request(sender: Sender, mark: string): Buffer;
}

/** A session that is not there: ending it takes a statement, and changes nothing. */
const NO_SESSION = '00000000-0000-4000-8000-000000000000';
const bytes = { 'content-type': 'application/octet-stream', 'if-none-match': '*' };

export const mix: readonly Kind[] = [
  { group: 'health', share: 0.01, request: () => get('/api/health/ready', '') },
  { group: 'critical', share: 0.02, request: ({ cookie }) => request('DELETE', `/api/sessions/${NO_SESSION}`, { cookie }) },
  {
    group: 'write',
    share: 0.12,
    request: ({ cookie, projectId }, mark) =>
      request('PUT', `/api/projects/${projectId}/file?path=${mark}.md`, { cookie, ...bytes }, Buffer.from(`A note, ${mark}.\n`)),
  },
  { group: 'read', share: 0.3, request: ({ cookie, projectId }) => get(`/api/projects/${projectId}/files`, cookie) },
  { group: 'read', share: 0.3, request: ({ cookie, projectId }) => get(`/api/projects/${projectId}/file?path=notes.md`, cookie) },
  { group: 'read', share: 0.2, request: ({ cookie, projectId }) => get(`/api/projects/${projectId}/runs`, cookie) },
  { group: 'bulk', share: 0.03, request: ({ cookie, projectId }) => get(`/api/projects/${projectId}/search?q=people`, cookie) },
  { group: 'bulk', share: 0.02, request: ({ cookie }) => get('/api/usage/export', cookie) },
];
