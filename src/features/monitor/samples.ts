import { METRICS_TOKEN, type Samples } from '../../../test/harness/fixture.ts';

export const samples: Samples = {
  listLoadReports: ({ reportId }) => ({ query: { before: reportId, limit: '5' } }),
  getLoadReport: ({ reportId }) => ({ params: { reportId } }),
  deleteLoadReport: ({ reportId }) => ({ params: { reportId } }),
  getMonitor: () => ({ query: { range: 'day' } }),
  getHealth: () => ({}),
  getLive: () => ({}),
  getReady: () => ({}),
  getMetrics: () => ({ headers: { authorization: `Bearer ${METRICS_TOKEN}` } }),
};
