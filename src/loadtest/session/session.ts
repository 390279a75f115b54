import type { LoadReport } from '#features/monitor/load-report.ts';
import type { Settings } from '../settings.ts';
import type { Target } from '../target/target.ts';
export function runSessionTest(_s: Settings, _t: Target, _signal: AbortSignal): Promise<LoadReport> {
  throw new Error('The session test is not there yet');
}
