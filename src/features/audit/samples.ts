import type { Samples } from '../../../test/harness/fixture.ts';

const period = { from: '2026-11-01', to: '2026-11-30' };

export const samples: Samples = {
  listAudit: ({ organizationId, projectId, runId, owner }) => ({
    query: {
      ...period,
      organization: organizationId,
      project: projectId,
      run: runId,
      user: owner.id,
      action: 'approval.ask',
      before: '99',
      limit: '5',
    },
  }),
  listAuditPeople: ({ organizationId }) => ({ query: { organization: organizationId } }),
  exportAudit: ({ organizationId, projectId, runId, owner }) => ({
    query: { ...period, organization: organizationId, project: projectId, run: runId, user: owner.id, action: 'run' },
  }),
};
