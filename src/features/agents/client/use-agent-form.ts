/** The draft of an agent, stored in this browser until it is saved or discarded. */
import { useState } from 'react';
import type { Agent } from '#features/agents/contract.ts';
import { readStored, writeStored } from '#ui/app/stored.ts';
import { type AgentForm, emptyForm, isSame, readForm, toForm } from './agent-form.ts';

interface Draft {
  form: AgentForm;
  /** The version the draft changes; 0 for a new agent. */
  basedOn: number;
  at: string;
}

/**
 * @param key identifies the draft: the person, and the agent, or the organization for a new one
 * @param agent the stored agent; undefined for a new one
 */
export function useAgentForm(key: string, agent: Agent | undefined) {
  const [draft, setDraft] = useState(() => readDraft(key));
  const [restored, setRestored] = useState(draft !== undefined);
  const [unkept, setUnkept] = useState(false);
  const saved = agent ? toForm(agent) : emptyForm;
  const form = draft?.form ?? saved;
  const version = agent?.version ?? 0;
  const dirty = draft !== undefined && !isSame(form, saved);

  function keep(next: Draft | undefined): void {
    setDraft(next);
    setUnkept(!writeStored(key, next));
  }

  return {
    form,
    dirty,
    /** Another person saved a version while this one was being edited. */
    conflict: dirty && draft.basedOn !== version,
    /** When the restored draft was typed. */
    restoredFrom: restored && dirty ? draft.at : undefined,
    /** The browser could not store the draft. */
    unkept: unkept && dirty,
    change(changes: Partial<AgentForm>): void {
      setRestored(false);
      keep({ form: { ...form, ...changes }, basedOn: dirty ? draft.basedOn : version, at: new Date().toISOString() });
    },
    /** Applies the draft on top of the version saved by another person. */
    rebase: () => draft && keep({ ...draft, basedOn: version }),
    discard: () => keep(undefined),
  };
}

function readDraft(key: string): Draft | undefined {
  const stored = readStored(key) as Partial<Draft> | null;
  const form = readForm(stored?.form);
  return form && typeof stored?.basedOn === 'number' ? { form, basedOn: stored.basedOn, at: stored.at ?? '' } : undefined;
}
