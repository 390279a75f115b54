/** One valid request for every contract, from the features’ lists. */
import assert from 'node:assert/strict';
import { samples as accounts } from '#features/accounts/samples.ts';
import { samples as agents } from '#features/agents/samples.ts';
import { samples as audit } from '#features/audit/samples.ts';
import { samples as backups } from '#features/backups/samples.ts';
import { samples as connections } from '#features/connections/samples.ts';
import { samples as doctor } from '#features/doctor/samples.ts';
import { samples as files } from '#features/files/samples.ts';
import { samples as inbox } from '#features/inbox/samples.ts';
import { samples as instructions } from '#features/instructions/samples.ts';
import { samples as models } from '#features/models/samples.ts';
import { samples as monitor } from '#features/monitor/samples.ts';
import { samples as notifications } from '#features/notifications/samples.ts';
import { samples as organizations } from '#features/organizations/samples.ts';
import { samples as policies } from '#features/policies/samples.ts';
import { samples as projects } from '#features/projects/samples.ts';
import { samples as runs } from '#features/runs/samples.ts';
import { samples as schedules } from '#features/schedules/samples.ts';
import { samples as sessions } from '#features/sessions/samples.ts';
import { samples as tokens } from '#features/tokens/samples.ts';
import { samples as triggers } from '#features/triggers/samples.ts';
import { samples as usage } from '#features/usage/samples.ts';
import type { Contract } from '#wire/contract.ts';
import type { Fixture, Sample, Samples } from './fixture.ts';

const lists = [
  accounts,
  organizations,
  sessions,
  tokens,
  projects,
  files,
  models,
  connections,
  policies,
  instructions,
  agents,
  runs,
  usage,
  schedules,
  triggers,
  notifications,
  inbox,
  audit,
  backups,
  monitor,
  doctor,
];

/** By the contract's name. */
export const samples: Samples = {};
for (const [name, sample] of lists.flatMap((list) => Object.entries(list))) {
  assert.ok(!samples[name], `two features have a sample of ${name}`);
  samples[name] = sample;
}

export function sampleOf(contract: Contract, fixture: Fixture): Sample {
  const sample = samples[contract.name];
  assert.ok(sample, `${contract.name} has no sample in the samples.ts of its feature`);
  return sample(fixture);
}
