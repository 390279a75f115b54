import { probeHeaders, type Samples } from '../../../test/harness/fixture.ts';

export const samples: Samples = {
  getDoctor: () => ({}),
  runDoctor: () => ({}),
  probeRequest: () => ({ headers: probeHeaders() }),
  probeEvents: () => ({ headers: probeHeaders() }),
  probeBody: () => ({ headers: probeHeaders() }),
};
