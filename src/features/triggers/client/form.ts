/** The form of a trigger, and the request made from it. */

import { emptyRunForm, type RunForm, toRunForm, toRunSettings } from '#features/runs/client/automations/run-form.ts';
import type { Trigger, TriggerKind } from '#features/triggers/contract.ts';
import type { NewTriggerSettings } from './queries.ts';

export interface TriggerForm {
  name: string;
  kind: TriggerKind;
  path: string;
  byRuns: boolean;
  run: RunForm;
}

export const emptyTriggerForm: TriggerForm = { name: '', kind: 'webhook', path: '', byRuns: false, run: emptyRunForm };

export const toTriggerForm = (trigger: Trigger): TriggerForm => ({
  name: trigger.name,
  kind: trigger.kind,
  path: trigger.files?.path ?? '',
  byRuns: trigger.files?.byRuns ?? false,
  run: toRunForm(trigger),
});

export function toTriggerSettings({ name, kind, path, byRuns, run }: TriggerForm): NewTriggerSettings {
  return { name: name.trim(), ...toRunSettings(run), ...(kind === 'files' && { files: { path, byRuns } }) };
}

type Settings = Omit<NewTriggerSettings, 'files'> & { files?: { path: string; byRuns: boolean } };

/** Only the changed fields: changing what its runs do makes them work on behalf of the person who changed it. */
export function listChanges(before: TriggerForm, after: TriggerForm): Partial<Settings> {
  const [was, is] = [before, after].map((form) => Object.entries(toTriggerSettings(form)));
  const previous = new Map((was ?? []).map(([key, value]) => [key, JSON.stringify(value)]));
  return Object.fromEntries((is ?? []).filter(([key, value]) => previous.get(key) !== JSON.stringify(value)));
}
