/** `npm run doctor` beside the first server of a fleet, through its proxy. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { CheckResult } from '#features/doctor/contract.ts';
import type { Fleet } from './fleet.ts';

const command = fileURLToPath(new URL('../../src/app/commands/doctor.ts', import.meta.url));

/** @returns the status of each code */
export async function examine({ environments, proxy }: Fleet): Promise<Record<string, CheckResult['status']>> {
  const env = { PATH: process.env['PATH'], ...environments[0], NODE_EXTRA_CA_CERTS: proxy.certificate };
  const output = await new Promise<string>((resolve) => {
    // It exits 1 if a check failed: no test is about a backup or a mail server.
    execFile(process.execPath, [command, '--json'], { env }, (_, stdout) => resolve(stdout));
  });
  const { checks } = JSON.parse(output) as { checks: CheckResult[] };
  return Object.fromEntries(checks.map(({ code, status }) => [code, status]));
}
